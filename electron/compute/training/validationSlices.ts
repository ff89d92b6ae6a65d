// Which slices judge an epoch when judging all would take too long.

export interface JudgedSlice {
  readonly caseIndex: number
  readonly slice: number
}

/**
 * Half of the budget is spread evenly over all slices, the other half over the slices that show each label, so that a label of few
 * slices is judged too. The same slices in every epoch: scores are comparable.
 * @param labels classes that a slice shows, without background.
 */
export function validationSlices(
  slices: readonly (JudgedSlice & { readonly labels: readonly number[] })[],
  limit: number,
): JudgedSlice[] {
  if (slices.length <= limit) return slices.map(({ caseIndex, slice }) => ({ caseIndex, slice }))
  const labels = [...new Set(slices.flatMap(slice => slice.labels))].sort((a, b) => a - b)
  const share = labels.length === 0 ? 0 : Math.floor(limit / 2 / labels.length)
  const chosen = new Set(
    labels.flatMap(label =>
      spread(
        slices.filter(slice => slice.labels.includes(label)),
        share,
      ),
    ),
  )
  for (const slice of spread(
    slices.filter(slice => !chosen.has(slice)),
    limit - chosen.size,
  ))
    chosen.add(slice)
  return slices.filter(slice => chosen.has(slice)).map(({ caseIndex, slice }) => ({ caseIndex, slice }))
}

/** `count` of the items at even distances, all of them when there are fewer. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, n) => items[Math.floor(((n + 0.5) * items.length) / count)]!)
}
