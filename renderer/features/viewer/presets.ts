// Window presets: those of the field for CT, those the volume brings, and the one to begin with.
import type { VoiLut, VolumeInfo, WindowLevel } from '#common/ipc/volume'

/** A window, or in its place the grey levels that the file brings (PS3.3 C.11.2.1.1): then the window is what a drag begins with. */
export interface Preset extends WindowLevel {
  readonly lut?: VoiLut
}
export type ShownWindow = Omit<Preset, 'label'>

/** Width and level in HU (DESIGN §7). The digit is the key that chooses it. */
export const CT_PRESETS: readonly WindowLevel[] = [
  { label: 'Soft tissue', width: 400, center: 40 },
  { label: 'Lung', width: 1500, center: -600 },
  { label: 'Liver', width: 150, center: 90 },
  { label: 'Bone', width: 2500, center: 480 },
  { label: 'Brain', width: 80, center: 40 },
  { label: 'Mediastinum', width: 350, center: 50 },
]

/**
 * What the digits 1 to 9 offer for this volume: the file's own grey levels where it has them, then the CT presets where values are HU,
 * else the file's own windows and the full range.
 */
export function presetsOf(info: VolumeInfo): readonly Preset[] {
  return [...(info.voiLut ? [lutPreset(info.voiLut)] : []), ...windowPresets(info)].slice(0, 9)
}

function lutPreset(lut: VoiLut): Preset {
  const last = lut.first + lut.levels.length - 1
  return { label: lut.label || 'Levels from file', center: (lut.first + last) / 2, width: lut.levels.length, lut }
}

function windowPresets(info: VolumeInfo): readonly Preset[] {
  const own = info.windows.map((window, at) => ({ ...window, label: window.label || `From file ${at + 1}` }))
  if (info.modality === 'CT') return [...CT_PRESETS, ...own]
  const full = fullRange(info)
  return [...own, ...(full ? [full] : [])]
}

function fullRange(info: Pick<VolumeInfo, 'valueRange'>): WindowLevel | null {
  if (!info.valueRange) return null
  const [least, most] = info.valueRange
  return { label: 'Full range', center: (least + most) / 2, width: Math.max(1e-6, most - least) }
}

/**
 * The file's grey levels, soft tissue for CT; else the file's first window, else the range of values; until that is known, the range
 * of the slice on screen.
 */
export function firstWindow(info: VolumeInfo, shownRange: readonly [number, number] | null = null): Preset {
  const shown = fullRange({ valueRange: shownRange && [...shownRange] })
  return presetsOf(info)[0] ?? shown ?? { label: 'Default', center: 128, width: 256 }
}

/** The preset that equals the window shown, if any. */
export function presetNamed(presets: readonly Preset[], shown: ShownWindow): Preset | null {
  const isShown = (preset: Preset): boolean => {
    // Half a unit, and less for images of small real values.
    const near = Math.min(0.5, preset.width / 200)
    const [center, width] = [Math.abs(preset.center - shown.center), Math.abs(preset.width - shown.width)]
    return preset.lut === shown.lut && center < near && width < near
  }
  return presets.find(isShown) ?? null
}

/** Values of fewer units than this are not whole numbers: ADC, SUV, shares. */
const SMALL_RANGE = 20

/** Drag with the window tool: right widens, up brightens. One view width of drag spans the range of values. */
export function draggedWindow(
  start: Pick<WindowLevel, 'center' | 'width'>,
  deltaPx: readonly [number, number],
  viewPx: number,
  rangeOfValues: number,
): { center: number; width: number } {
  const range = rangeOfValues > 0 ? rangeOfValues : 1
  const perPx = range / Math.max(1, viewPx) / 2
  const unit = range < SMALL_RANGE ? range / 1000 : 1
  const whole = (value: number): number => (unit === 1 ? Math.round(value) : value)
  return {
    width: Math.max(unit, whole(start.width + deltaPx[0] * perPx)),
    center: whole(start.center + deltaPx[1] * perPx),
  }
}
