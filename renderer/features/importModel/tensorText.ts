// A tensor's sizes as people write them. Pure.
import type { ForeignTensor } from '#common/ipc/modelImport'

export const shapeText = ({ dtype, shape }: ForeignTensor): string =>
  [
    dtype ?? 'of another type',
    shape === null ? 'of any size' : shape.map(size => (size === '?' ? 'any' : size)).join(' × '),
  ].join(', ')
