// Window presets: those of the field for CT, those the volume brings, and the one to begin with.
import type { VolumeInfo, WindowLevel } from '#common/ipc/volume'

/** Width and level in HU (DESIGN §7). The digit is the key that chooses it. */
export const CT_PRESETS: readonly WindowLevel[] = [
  { label: 'Soft tissue', width: 400, center: 40 },
  { label: 'Lung', width: 1500, center: -600 },
  { label: 'Liver', width: 150, center: 90 },
  { label: 'Bone', width: 2500, center: 480 },
  { label: 'Brain', width: 80, center: 40 },
  { label: 'Mediastinum', width: 350, center: 50 },
]

/** What the digits 1 to 9 offer for this volume: the CT presets where values are HU, else the file's own windows and the full range. */
export function presetsOf(info: VolumeInfo): readonly WindowLevel[] {
  const own = info.windows.map((window, at) => ({ ...window, label: window.label || `From file ${at + 1}` }))
  if (info.modality === 'CT') return [...CT_PRESETS, ...own].slice(0, 9)
  const full = fullRange(info)
  return [...own, ...(full ? [full] : [])].slice(0, 9)
}

function fullRange(info: VolumeInfo): WindowLevel | null {
  if (!info.valueRange) return null
  const [least, most] = info.valueRange
  return { label: 'Full range', center: (least + most) / 2, width: Math.max(1e-6, most - least) }
}

/** Soft tissue for CT; else the file's first window, else the range of values; a plain default until values are known. */
export function firstWindow(info: VolumeInfo): WindowLevel {
  return presetsOf(info)[0] ?? { label: 'Default', center: 128, width: 256 }
}

/** The preset that equals the window shown, if any. */
export const presetNamed = (
  presets: readonly WindowLevel[],
  shown: Pick<WindowLevel, 'center' | 'width'>,
): WindowLevel | null =>
  presets.find(preset => Math.abs(preset.center - shown.center) < 0.5 && Math.abs(preset.width - shown.width) < 0.5) ??
  null

/** Drag with the window tool: right widens, up brightens. One view width of drag spans the range of values. */
export function draggedWindow(
  start: Pick<WindowLevel, 'center' | 'width'>,
  deltaPx: readonly [number, number],
  viewPx: number,
  rangeOfValues: number,
): { center: number; width: number } {
  const perPx = Math.max(1, rangeOfValues) / Math.max(1, viewPx) / 2
  return {
    width: Math.max(1, Math.round(start.width + deltaPx[0] * perPx)),
    center: Math.round(start.center + deltaPx[1] * perPx),
  }
}
