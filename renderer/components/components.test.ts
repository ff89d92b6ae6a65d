// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import type { Verdict } from '#common/geometry/types'
import ErrorPanel from './ErrorPanel.vue'
import NumberField from './NumberField.vue'
import RangeField from './RangeField.vue'
import { toRgba } from './rawImage'
import { verdictLook } from './verdict'

describe('verdict', () => {
  const verdict = (part: Partial<Verdict>): Verdict => ({
    kind: 'uniform',
    details: '',
    files: [],
    tiltDegrees: null,
    gaps: [],
    ...part,
  })
  const gap = { afterSlice: 1, afterPositionMm: 3, missingMm: 3 }
  it.each([
    [verdict({}), 'Uniform', false],
    [verdict({ kind: 'none' }), 'No geometry', false],
    [verdict({ kind: 'gaps', gaps: [gap, gap] }), '2 gaps', true],
    [verdict({ kind: 'tilted', tiltDegrees: 12 }), 'Tilted 12.0°', true],
    [verdict({ kind: 'duplicates', files: ['a'] }), '1 duplicate', true],
    [verdict({ kind: 'irregular' }), 'Irregular', true],
  ])('%# says %s', (value, word, care) => expect(verdictLook(value)).toMatchObject({ word, care }))
})

describe('range field', () => {
  const pressed = async (modelValue: number, key: string, shiftKey = false): Promise<unknown> => {
    const wrapper = mount(RangeField, { props: { modelValue, label: 'Amount', min: 0, max: 2, step: 0.01 } })
    await wrapper.get('input[type=range]').trigger('keydown', { key, shiftKey })
    return wrapper.emitted('update:modelValue')?.at(-1)?.[0]
  }

  it('moves by its own step with the arrows, by ten with Shift, and stays in range', async () => {
    expect(await pressed(0, 'ArrowRight')).toBe(0.01)
    expect(await pressed(0.5, 'ArrowDown')).toBe(0.49)
    expect(await pressed(0.5, 'ArrowUp', true)).toBe(0.6)
    expect(await pressed(1.95, 'ArrowRight', true)).toBe(2)
    expect(await pressed(0.5, 'a')).toBeUndefined()
  })
})

describe('number field', () => {
  const field = () => mount(NumberField, { props: { modelValue: 4, label: 'Batch', min: 1, max: 64, whole: true } })
  const type = async (wrapper: ReturnType<typeof field>, text: string): Promise<void> => {
    await wrapper.get('input').setValue(text)
    await wrapper.get('input').trigger('keydown.enter')
  }

  it('takes a number in range', async () => {
    const wrapper = field()
    await type(wrapper, '8')
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([8])
  })

  it.each([
    ['0', 'at least 1'],
    ['65', 'at most 64'],
    ['2.5', 'a whole number'],
    ['many', 'a number'],
  ])('refuses %s with the allowed range, and keeps the old value', async (text, says) => {
    const wrapper = field()
    await type(wrapper, text)
    expect(wrapper.emitted('update:modelValue')).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toBe(says)
    await wrapper.get('input').trigger('blur')
    expect(wrapper.get('input').element.value).toBe('4')
  })

  it('steps with the arrows, ten with Shift, within the range', async () => {
    const wrapper = field()
    await wrapper.get('input').trigger('keydown.up', { shiftKey: true })
    expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([14])
    for (const value of [4, 1]) {
      await wrapper.get('input').trigger('keydown.down', { shiftKey: true })
      expect(wrapper.emitted('update:modelValue')?.at(-1)).toEqual([value])
    }
  })
})

it('error panel shows code and details on request', async () => {
  const error = new SagittaError('truncated', 'IM_7 ends early.', { path: '/scans/IM_7' })
  const wrapper = mount(ErrorPanel, { props: { title: 'Slice 7 can’t be shown', error } })
  expect(wrapper.text()).not.toContain('/scans/IM_7')
  await wrapper.get('.btn').trigger('click')
  expect(JSON.parse(wrapper.get('pre').text())).toEqual({ code: 'truncated', path: '/scans/IM_7' })
})

it('raw pixels become opaque RGBA, grey or colour', () => {
  expect([...toRgba({ columns: 2, rows: 1, samples: 1, pixels: Uint8Array.of(0, 200) })]).toEqual([
    0, 0, 0, 255, 200, 200, 200, 255,
  ])
  expect([...toRgba({ columns: 1, rows: 1, samples: 3, pixels: Uint8Array.of(1, 2, 3) })]).toEqual([1, 2, 3, 255])
})
