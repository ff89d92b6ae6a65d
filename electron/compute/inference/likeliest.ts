// From class probabilities to classes.

/** The class with the largest probability per pixel; ties go to the lower class. One array of equal length per class. */
export function likeliestClasses(planes: readonly Float32Array[]): Uint8Array {
  const best = planes[0]!.slice()
  const classes = new Uint8Array(best.length)
  for (let c = 1; c < planes.length; c++) {
    const plane = planes[c]!
    for (let n = 0; n < best.length; n++)
      if (plane[n]! > best[n]!) {
        best[n] = plane[n]!
        classes[n] = c
      }
  }
  return classes
}
