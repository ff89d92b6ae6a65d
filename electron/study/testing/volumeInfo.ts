// For tests: facts of a volume that needs no files, and a project's label table.
import { gridHash } from '#common/geometry/gridHash'
import { gridOfStack } from '#common/geometry/stack'
import type { Label } from '#common/ipc/project'
import type { VolumeInfo } from '#common/ipc/volume'
import { newLabel } from '#common/project/labels'

/** An axial volume of [columns, rows, slices] with square pixels of `pixelMm` and `stepMm` between slices. */
export function volumeInfoOf(
  size: readonly [number, number, number],
  { stepMm = 1, pixelMm = 1, ...over }: Partial<VolumeInfo> & { stepMm?: number; pixelMm?: number } = {},
): VolumeInfo {
  const [columns, rows, slices] = size
  const stack = Array.from({ length: slices }, (_, k) => ({
    positionLps: [0, 0, k * stepMm] as const,
    file: `${k}.dcm`,
  }))
  const grid = gridOfStack(stack, {
    rows,
    columns,
    pixelSpacingMm: [pixelMm, pixelMm],
    orientation: [1, 0, 0, 0, 1, 0],
    thicknessMm: stepMm,
  })
  return {
    ...grid,
    id: 'test-volume',
    patientId: 'P1',
    patientName: 'Test^Patient',
    patientSex: '',
    patientAge: '',
    studyUid: '1.2.3',
    studyDate: '20260101',
    studyDescription: '',
    seriesUid: '1.2.3.4',
    seriesNumber: 1,
    modality: 'CT',
    description: 'Test',
    frameOfReferenceUid: '1.2.3.5',
    transferSyntaxes: ['1.2.840.10008.1.2.1'],
    photometric: 'MONOCHROME2',
    samples: 1,
    valueRange: null,
    unit: 'HU',
    windows: [],
    frames: slices,
    warnings: [],
    sopInstanceUids: stack.map((_, k) => `1.2.3.4.${k}`),
    geometryHash: gridHash(grid),
    source: '/nowhere',
    ...over,
  }
}

/** Labels 1, 2, … with these names. */
export const labelTable = (...names: string[]): Label[] =>
  names.reduce<Label[]>((table, name) => [...table, newLabel(table, name)], [])
