import { describe, expect, it } from 'vitest'
import type { VolumeInfo } from '#common/ipc/volume'
import { CT_PRESETS, draggedWindow, firstWindow, presetNamed, presetsOf } from './presets'

const volume = (facts: Partial<VolumeInfo>): VolumeInfo =>
  ({ modality: 'CT', windows: [], valueRange: null, ...facts }) as VolumeInfo

describe('window presets', () => {
  it('begin with soft tissue for CT, and keep the file’s own windows after the field’s', () => {
    const presets = presetsOf(volume({ windows: [{ center: 60, width: 360, label: '' }] }))
    expect(presets[0]).toEqual({ label: 'Soft tissue', width: 400, center: 40 })
    expect(presets.at(-1)).toEqual({ label: 'From file 1', center: 60, width: 360 })
  })

  it('begin with the file’s window elsewhere, else with the range of values', () => {
    expect(
      firstWindow(volume({ modality: 'MR', windows: [{ center: 0, width: 100, label: 'A' }], valueRange: [0, 900] }))
        .width,
    ).toBe(100)
    expect(firstWindow(volume({ modality: 'MR', valueRange: [0, 900] }))).toMatchObject({ center: 450, width: 900 })
    expect(firstWindow(volume({ modality: 'MR' })).width).toBeGreaterThan(0)
    expect(firstWindow(volume({ modality: 'MR' }), [0, 3000])).toMatchObject({ center: 1500, width: 3000 })
  })

  it('begin with the file’s own grey levels where it has them (D04)', () => {
    const voiLut = { first: 0, bits: 8, levels: [0, 10, 200, 255], label: '' }
    const presets = presetsOf(volume({ voiLut, windows: [{ center: 60, width: 360, label: '' }] }))
    expect(presets[0]).toEqual({ label: 'Levels from file', center: 1.5, width: 4, lut: voiLut })
    expect(firstWindow(volume({ voiLut })).lut).toBe(voiLut)
    expect(presetNamed(presets, { center: 1.5, width: 4, lut: voiLut })?.label).toBe('Levels from file')
    // A drag leaves the levels for a window.
    expect(presetNamed(presets, { center: 1.5, width: 4 })).toBeNull()
  })

  it('narrower than one unit are told apart and can be dragged (D04)', () => {
    const narrow = [
      { label: 'A', center: 0.45, width: 0.91 },
      { label: 'B', center: 0.2, width: 0.4 },
    ]
    expect(presetNamed(narrow, { center: 0.2, width: 0.4 })?.label).toBe('B')
    const { center, width } = draggedWindow({ center: 0.45, width: 0.91 }, [100, -50], 500, 1)
    expect(width).toBeCloseTo(1.01, 6)
    expect(center).toBeCloseTo(0.4, 6)
  })

  it('are recognised when the window equals one', () => {
    expect(presetNamed(CT_PRESETS, { center: -600, width: 1500 })?.label).toBe('Lung')
    expect(presetNamed(CT_PRESETS, { center: -590, width: 1500 })).toBeNull()
  })

  it('never drag to a width below 1', () => {
    expect(draggedWindow({ center: 40, width: 400 }, [-9999, 10], 500, 2000)).toEqual({ width: 1, center: 60 })
  })
})
