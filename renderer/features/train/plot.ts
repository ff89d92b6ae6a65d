// The uPlot options of a line chart: our axes, our colours, names at the ends of the lines, a mark at one epoch. No Vue.
import type uPlot from 'uplot'
import { lastOf, spread, type ChartData } from './chart'

export interface PlotLook {
  readonly width: number
  readonly height: number
  /** Places of the numbers at the y axis. */
  readonly decimals: number
  /** Last epoch of the x axis. */
  readonly epochs: number
  /** Fixed range of y; null: from 0 to what the data needs. */
  readonly yRange: readonly [number, number] | null
  /** Dashed vertical line with its words, e.g. "best, epoch 16". */
  readonly mark: { readonly epoch: number; readonly text: string } | null
  /** Dashed horizontal line: what another way reaches. */
  readonly level: number | null
  /** Room at the right for names and last values of lines; 0 for none. */
  readonly namesPx: number
}

/** Reads a colour of tokens.css, where canvas can't: "var(--text-1)" or a plain colour. */
export type ColorOf = (color: string) => string

const NAME_GAP_PX = 15
const LEADER_PX = 14
/** The foot of the plot is kept for the words at the mark. */
const MARK_TEXT_PX = 26

/** Of the line that marks a level, in the plot and in its key. */
export const LEVEL_LOOK = { color: 'var(--text-3)', dash: [7, 4] } as const

const line =
  (colorOf: ColorOf) =>
  ({ color, dashed, faint }: ChartData['lines'][number]): uPlot.Series => ({
    stroke: colorOf(faint ? 'var(--text-3)' : color),
    width: 1.6,
    dash: dashed ? [4, 3] : [],
    spanGaps: true,
    points: { show: (plot: uPlot) => (plot.data[0]?.length ?? 0) < 2 },
  })

/** Dark casing under label colours in the light theme, where yellow would vanish: the same lines once more, wider, below. */
const casing = (stroke: string): uPlot.Series => ({ stroke, width: 3.4, spanGaps: true, points: { show: false } })

/** The words stand at the foot of the mark, at its head while the lines are still low. */
function drawMark(
  plot: uPlot,
  mark: NonNullable<PlotLook['mark']>,
  atHead: boolean,
  colorOf: ColorOf,
  font: string,
): void {
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(mark.epoch, 'x', true)) + 0.5
  ctx.save()
  ctx.strokeStyle = colorOf('var(--text-3)')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([2 * devicePixelRatio, 2 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.font = font
  ctx.fillStyle = colorOf('var(--text-2)')
  ctx.textBaseline = atHead ? 'top' : 'bottom'
  const room = bbox.left + bbox.width - x
  const gap = 6 * devicePixelRatio
  ctx.textAlign = room < ctx.measureText(mark.text).width + 2 * gap ? 'right' : 'left'
  ctx.fillText(
    mark.text,
    x + (ctx.textAlign === 'left' ? gap : -gap),
    atHead ? bbox.top + gap : bbox.top + bbox.height - gap,
  )
  ctx.restore()
}

/** Below the lines. */
function drawLevel(plot: uPlot, level: number, colorOf: ColorOf): void {
  const { ctx, bbox } = plot
  const y = Math.round(plot.valToPos(level, 'y', true)) + 0.5
  ctx.save()
  ctx.strokeStyle = colorOf(LEVEL_LOOK.color)
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash(LEVEL_LOOK.dash.map(part => part * devicePixelRatio))
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.restore()
}

function drawNames(plot: uPlot, data: ChartData, namesPx: number, colorOf: ColorOf, font: string): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  const ends = data.lines.flatMap(({ name, color, values }) => {
    const value = lastOf(values)
    const at = values.reduce<number>((found, candidate, index) => (candidate === null ? found : index), -1)
    const epoch = data.epochs[at]
    if (value === null || epoch === undefined) return []
    return [{ name, color, value, x: plot.valToPos(epoch, 'x', true), y: plot.valToPos(value, 'y', true) }]
  })
  const places = spread(
    ends.map(end => end.y),
    NAME_GAP_PX * ratio,
    bbox.top + 6 * ratio,
    bbox.top + bbox.height - MARK_TEXT_PX * ratio,
  )
  // Beside the ends of the lines while the run goes on, in the margin when they have reached it.
  const lineEnd = Math.max(bbox.left, ...ends.map(end => end.x))
  const left = Math.min(lineEnd + 2 * LEADER_PX * ratio, bbox.left + bbox.width + LEADER_PX * ratio)
  const right = left + (namesPx - LEADER_PX) * ratio
  ctx.save()
  ctx.font = font
  ctx.textBaseline = 'middle'
  ends.forEach((end, index) => {
    const y = places[index]!
    ctx.strokeStyle = colorOf(end.color)
    ctx.lineWidth = ratio
    ctx.globalAlpha = 0.7
    ctx.beginPath()
    ctx.moveTo(end.x + 3 * ratio, end.y)
    ctx.lineTo(left - 3 * ratio, y)
    ctx.stroke()
    ctx.globalAlpha = 1
    ctx.fillStyle = colorOf('var(--text-1)')
    ctx.textAlign = 'right'
    const figure = end.value.toFixed(3)
    ctx.fillText(figure, right, y)
    ctx.textAlign = 'left'
    ctx.fillText(shortened(ctx, end.name, right - left - ctx.measureText(figure).width - 8 * ratio), left, y)
  })
  ctx.restore()
}

/** The text, cut with an ellipsis to a width in canvas pixels. */
function shortened(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text
  let kept = text
  while (kept.length > 1 && ctx.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1)
  return `${kept}…`
}

/** Enough places to tell neighbouring ticks apart. */
export function placesFor(ticks: readonly number[], least: number): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  return Math.max(least, step > 0 ? Math.ceil(-Math.log10(step) - 1e-9) : 0)
}

const topOf = (max: number): number => (max > 0 ? max * 1.08 : 1)

export interface Plot {
  readonly options: uPlot.Options
  /** Epochs, then one column per series of the options. */
  readonly columns: uPlot.AlignedData
}

export function plotOf(data: ChartData, look: PlotLook, colorOf: ColorOf, fontFamily: string): Plot {
  const caseColor = colorOf('var(--case)')
  const cased = look.namesPx > 0 && caseColor !== 'transparent'
  const lines = data.lines.map(({ values }) => [...values])
  const top = look.yRange?.[1] ?? Infinity
  const low = data.lines.every(({ values }) => (lastOf(values) ?? 0) < 0.6 * top)
  const font = `11px ${fontFamily}`
  const canvasFont = `${11 * devicePixelRatio}px ${fontFamily}`
  const axis: uPlot.Axis = {
    stroke: colorOf('var(--text-3)'),
    font,
    ticks: { show: false },
    gap: 6,
  }
  const options: uPlot.Options = {
    width: look.width,
    height: look.height,
    padding: [8, look.namesPx === 0 ? 14 : look.namesPx + 4, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false }, y: false },
    scales: {
      x: { time: false, range: [0, Math.max(1, look.epochs)] },
      y: { range: look.yRange ? [...look.yRange] : (_, __, max) => [0, topOf(Math.max(max, look.level ?? 0))] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
      {
        ...axis,
        grid: { stroke: colorOf('var(--line)'), width: 1 },
        size: 40,
        values: (_, ticks) => ticks.map(tick => tick.toFixed(placesFor(ticks, look.decimals))),
      },
    ],
    series: [{}, ...(cased ? data.lines.map(() => casing(caseColor)) : []), ...data.lines.map(line(colorOf))],
    hooks: {
      drawAxes: [
        plot => {
          if (look.level !== null) drawLevel(plot, look.level, colorOf)
        },
      ],
      draw: [
        plot => {
          if (look.mark) drawMark(plot, look.mark, low, colorOf, canvasFont)
          if (look.namesPx > 0) drawNames(plot, data, look.namesPx, colorOf, canvasFont)
        },
      ],
    },
  }
  return { options, columns: [[...data.epochs], ...(cased ? lines : []), ...lines] as uPlot.AlignedData }
}
