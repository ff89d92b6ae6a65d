// Slices that turned out unreadable leave the volume: its grid and verdict are made anew from those that are left, never filled with zeros.
import type { SagittaError } from '#common/errors'
import { gridHash } from '#common/geometry/gridHash'
import { gridOfStack } from '#common/geometry/stack'
import type { VolumeInfo } from '#common/ipc/volume'
import { nameOf } from '../decode/errors'
import type { DicomVolumeSource } from '../intake/types'

/** @param failures by slice index; at least one slice is left */
export function withoutSlices(
  source: DicomVolumeSource,
  failures: ReadonlyMap<number, SagittaError>,
): DicomVolumeSource {
  const { info } = source
  const left = source.slices.map((_, k) => k).filter(k => !failures.has(k))
  const slices = left.map(k => source.slices[k]!)
  const grid = gridOfStack(
    slices.map(slice => ({ positionLps: slice.positionLps, file: nameOf(slice.pixels) })),
    {
      rows: info.size[1],
      columns: info.size[0],
      pixelSpacingMm: [info.spacingMm[0], info.spacingMm[1]],
      orientation: info.orientation,
      thicknessMm: info.spacingMm[2],
    },
  )
  const files = [...new Set([...failures.keys()].map(k => nameOf(source.slices[k]!.pixels)))]
  const [first] = failures.values()
  const excluded: VolumeInfo = {
    ...info,
    ...grid,
    frames: slices.length,
    geometryHash: gridHash(grid),
    sopInstanceUids: left.map(k => info.sopInstanceUids[k]!),
    warnings: [
      ...info.warnings.filter(warning => !warning.code.startsWith('geometry-')),
      {
        code: 'slices-excluded',
        message: `${failures.size} of ${source.slices.length} slices cannot be read and were left out: ${first?.message ?? ''}`,
        files,
      },
      ...(grid.verdict.kind === 'uniform'
        ? []
        : [{ code: `geometry-${grid.verdict.kind}`, message: grid.verdict.details, files: grid.verdict.files }]),
    ],
  }
  return { format: 'dicom', info: excluded, slices }
}
