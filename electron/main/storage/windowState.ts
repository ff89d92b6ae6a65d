// Where the window was: window.json in the app's data folder.
import { join } from 'node:path'
import { z } from 'zod'
import { loadJson, saveJsonNow } from './jsonFile'

const boundsSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
const windowStateSchema = z.object({ version: z.literal(1), bounds: boundsSchema, maximized: z.boolean() })
export type WindowState = z.infer<typeof windowStateSchema>

/** Pixels independent of the display's scale; without x and y the window is centred. */
export type Bounds = { x?: number; y?: number; width: number; height: number }
type Area = { x: number; y: number; width: number; height: number }

const USUAL: WindowState = { version: 1, bounds: { width: 1440, height: 900 }, maximized: false }

const pathIn = (userData: string): string => join(userData, 'window.json')

export const loadWindowState = (userData: string) => loadJson(pathIn(userData), windowStateSchema, USUAL)

/** At once: the window is closing. */
export const saveWindowState = (userData: string, bounds: Area, maximized: boolean): void =>
  saveJsonNow(pathIn(userData), { version: 1, bounds, maximized } satisfies WindowState)

/** A display may have been unplugged or shrunk since: the window must be on one and fit it. */
export function fitToDisplays(
  bounds: { x?: number | undefined; y?: number | undefined; width: number; height: number },
  displays: readonly Area[],
): Bounds {
  const { x, y } = bounds
  const display = displays.find(
    area =>
      x !== undefined &&
      y !== undefined &&
      x >= area.x &&
      y >= area.y &&
      x < area.x + area.width &&
      y < area.y + area.height,
  )
  const largest = display ?? displays[0]
  const width = Math.min(bounds.width, largest?.width ?? bounds.width)
  const height = Math.min(bounds.height, largest?.height ?? bounds.height)
  if (display === undefined || x === undefined || y === undefined) return { width, height }
  return {
    x: Math.min(x, display.x + display.width - width),
    y: Math.min(y, display.y + display.height - height),
    width,
    height,
  }
}
