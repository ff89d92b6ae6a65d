// Which array a volume is loaded into, and how many bytes that takes: decided from headers alone, before anything is allocated.
import { keepsIntegers, rescaledRange } from '#common/dicom/rescale'
import type { DicomVolumeSource, SliceSource, VolumeSource } from '../intake/types'

export type OutputKind = 'uint8' | 'int16' | 'float32'

export const BYTES_PER_VALUE: Readonly<Record<OutputKind, number>> = { uint8: 1, int16: 2, float32: 4 }

/**
 * `certain` kinds hold every value the headers allow. Integers whose range might pass 16 bits signed (16 bits stored, unsigned) seldom
 * do: they are tried as int16 and, when a value does not fit, loaded again as float32.
 */
export interface OutputPlan {
  readonly kind: OutputKind
  readonly certain: boolean
}

const INT16 = [-32768, 32767] as const

export function planOutput(source: DicomVolumeSource): OutputPlan {
  if (source.info.samples === 3) return { kind: 'uint8', certain: true }
  const { layout } = source.slices[0]!.pixels
  const wide = layout.kind !== 'integer' || layout.bitsAllocated === 32
  if (wide || !source.slices.every(slice => keepsIntegers(slice.rescale))) return { kind: 'float32', certain: true }
  const ranges = source.slices.map(possibleRange)
  const low = Math.min(...ranges.map(range => range[0]))
  const high = Math.max(...ranges.map(range => range[1]))
  if (low >= 0 && high <= 255) return { kind: 'uint8', certain: true }
  return { kind: 'int16', certain: low >= INT16[0] && high <= INT16[1] }
}

function possibleRange({ pixels: { layout }, rescale }: SliceSource): readonly [number, number] {
  const half = 2 ** (layout.bitsStored - 1)
  return layout.signed ? rescaledRange(-half, half - 1, rescale) : rescaledRange(0, 2 * half - 1, rescale)
}

/** Bytes the loaded volume takes: the number to compare with a budget, and to show. */
export function volumeBytes(source: VolumeSource): number {
  const { size, samples } = source.info
  const kind = source.format === 'dicom' ? planOutput(source).kind : 'float32'
  return size[0] * size[1] * size[2] * samples * BYTES_PER_VALUE[kind]
}

export const valuesPerSlice = (source: VolumeSource): number =>
  source.info.size[0] * source.info.size[1] * source.info.samples
