// Raw 8-bit pixels to what a canvas takes. Pure.

/** 8-bit grey (samples 1) or RGB (samples 3), row-major. */
export interface RawImage {
  readonly columns: number
  readonly rows: number
  readonly samples: 1 | 3
  readonly pixels: Uint8Array
}

/** RGBA, opaque, rows x columns x 4. */
export function toRgba({ columns, rows, samples, pixels }: RawImage): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(columns * rows * 4)
  for (let at = 0, from = 0; at < rgba.length; at += 4, from += samples) {
    rgba[at] = pixels[from]!
    rgba[at + 1] = pixels[samples === 3 ? from + 1 : from]!
    rgba[at + 2] = pixels[samples === 3 ? from + 2 : from]!
    rgba[at + 3] = 255
  }
  return rgba
}
