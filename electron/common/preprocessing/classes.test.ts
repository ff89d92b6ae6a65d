import { describe, expect, it } from 'vitest'
import type { SagittaError } from '../errors'
import { classesOf, valuesOf } from './classes'

describe('label values and classes', () => {
  it('maps values with gaps to consecutive classes and back (S08)', () => {
    const table = { values: [5, 200] }
    const labels = Uint16Array.of(0, 5, 200, 5)
    const classes = classesOf(labels, table, 'labels.nii.gz')
    expect([...classes]).toEqual([0, 1, 2, 1])
    expect([...valuesOf(classes, table)]).toEqual([0, 5, 200, 5])
  })

  it('refuses values outside the list, naming the file and the counts', () => {
    const labels = Float32Array.of(0, 7, 7, 1, 1.5)
    const refusal = (() => {
      try {
        classesOf(labels, { values: [1] }, 'scan-3/labels.nii.gz')
      } catch (thrown) {
        return thrown as SagittaError
      }
    })()
    expect(refusal?.code).toBe('label-values-unexpected')
    expect(refusal?.message).toContain('scan-3/labels.nii.gz')
    expect(refusal?.details.counts).toEqual({ 7: 2, 1.5: 1 })
  })
})
