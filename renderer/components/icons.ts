// The icons, drawn on a 16 px grid with a 1.35 px stroke: data, so that a name that doesn't exist does not compile.

/** One SVG element: its tag and attributes. */
export type Shape = readonly [tag: 'path' | 'circle' | 'ellipse' | 'rect', attributes: Readonly<Record<string, string>>]

const shapes = <K extends string>(icons: Record<K, readonly Shape[]>): Record<K, readonly Shape[]> => icons

export const ICONS = shapes({
  again: [['path', { d: 'M13 8A5 5 0 1 1 11.3 4.3M11.5 1.5V4.5H8.5' }]],
  angle: [['path', { d: 'M12.5 3L2.5 13H14M7.3 8.2A6.5 6.5 0 0 1 9 13' }]],
  arrow: [['path', { d: 'M2.5 8H13M9.5 4.5L13 8L9.5 11.5' }]],
  between: [
    ['path', { d: 'M2 4.5L8 2L14 4.5L8 7Z' }],
    ['path', { d: 'M2 8L8 10.5L14 8', 'stroke-dasharray': '1.6 1.6' }],
    ['path', { d: 'M2 11.5L8 14L14 11.5' }],
  ],
  blocks: [
    ['rect', { x: '2.5', y: '2.5', width: '11', height: '11' }],
    ['path', { d: 'M2.5 6.2H13.5M2.5 9.8H13.5M6.2 2.5V13.5M9.8 2.5V13.5' }],
  ],
  brush: [
    [
      'path',
      {
        d: 'M14 2C11 3 8 6 6.4 8.6L8 10.2C10.5 8.5 13.3 5.2 14 2ZM6 9.2C4.5 9.2 3.6 10.3 3.5 11.6C3.4 12.7 2.8 13.3 2 13.6C4.8 14.4 7.4 13.3 7.6 10.7',
      },
    ],
  ],
  check: [['path', { d: 'M3 8.5L6.5 12L13 4.5' }]],
  chip: [
    ['rect', { x: '4.5', y: '4.5', width: '7', height: '7', rx: '.5' }],
    ['path', { d: 'M6.5 2V4.5M9.5 2V4.5M6.5 11.5V14M9.5 11.5V14M2 6.5H4.5M2 9.5H4.5M11.5 6.5H14M11.5 9.5H14' }],
  ],
  close: [['path', { d: 'M4 4L12 12M12 4L4 12' }]],
  combine: [
    ['circle', { cx: '6', cy: '8', r: '4.2' }],
    ['circle', { cx: '10', cy: '8', r: '4.2' }],
  ],
  copy: [
    ['rect', { x: '5.5', y: '5.5', width: '8', height: '8', rx: '1' }],
    ['path', { d: 'M3.5 10.5H3C2.7 10.5 2.5 10.3 2.5 10V3C2.5 2.7 2.7 2.5 3 2.5H10C10.3 2.5 10.5 2.7 10.5 3V3.5' }],
  ],
  crosshair: [['path', { d: 'M8 1.5V6M8 10V14.5M1.5 8H6M10 8H14.5' }]],
  dice: [
    ['rect', { x: '2.5', y: '2.5', width: '11', height: '11', rx: '2' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '5.6', cy: '5.6', r: '.9' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '10.4', cy: '10.4', r: '.9' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '8', cy: '8', r: '.9' }],
  ],
  doing: [
    ['circle', { cx: '8', cy: '8', r: '4.7' }],
    ['path', { d: 'M8 3.3A4.7 4.7 0 0 1 8 12.7Z', fill: 'currentColor', stroke: 'none' }],
  ],
  done: [
    ['circle', { cx: '8', cy: '8', r: '5.4', fill: 'currentColor', stroke: 'none' }],
    ['path', { d: 'M5.5 8.2L7.3 10L10.6 6.3', stroke: 'var(--s1)' }],
  ],
  dots: [
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '3.5', cy: '8', r: '1.150' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '8', cy: '8', r: '1.150' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '12.5', cy: '8', r: '1.150' }],
  ],
  down: [['path', { d: 'M4.5 6.3L8 9.8L11.5 6.3' }]],
  edit: [['path', { d: 'M10.8 2.7L13.3 5.2L5.5 13L2.5 13.5L3 10.5Z' }]],
  eraser: [['path', { d: 'M6.2 13.5L2.3 9.6L9 2.9L13.5 7.4L7.4 13.5ZM5.5 6.4L10 10.9M6.2 13.5H14' }]],
  error: [
    ['path', { d: 'M5.5 2H10.5L14 5.5V10.5L10.5 14H5.5L2 10.5V5.5ZM8 5V8.8' }],
    ['circle', { cx: '8', cy: '10.9', r: '.5', fill: 'currentColor' }],
  ],
  export: [['path', { d: 'M8 10V2M5 4.8L8 1.8L11 4.8M2.5 9.5V13.5H13.5V9.5' }]],
  eye: [
    ['path', { d: 'M1.5 8C3.5 4.8 5.6 3.5 8 3.5S12.5 4.8 14.5 8C12.5 11.2 10.4 12.5 8 12.5S3.5 11.2 1.5 8Z' }],
    ['circle', { cx: '8', cy: '8', r: '2' }],
  ],
  eyeOff: [
    [
      'path',
      {
        d: 'M2.5 2.5L13.5 13.5M6.3 3.8C6.9 3.6 7.4 3.5 8 3.5C10.4 3.5 12.5 4.8 14.5 8C13.9 9 13.2 9.9 12.5 10.5M4 5.1C3.1 5.8 2.3 6.7 1.5 8C3.5 11.2 5.6 12.5 8 12.5C9 12.5 10 12.3 10.8 11.8',
      },
    ],
  ],
  fill: [
    [
      'path',
      {
        d: 'M6.5 2L12.6 8.1L7.5 13.2C7 13.7 6.3 13.7 5.8 13.2L2 9.4C1.5 8.9 1.5 8.2 2 7.7L7.5 2.9M2 8.5H12.3M14 11C14.8 12.2 14.7 13.7 13.7 13.7S12.6 12.2 14 11Z',
      },
    ],
  ],
  fit: [['path', { d: 'M2.5 5.5V2.5H5.5M10.5 2.5H13.5V5.5M13.5 10.5V13.5H10.5M5.5 13.5H2.5V10.5' }]],
  filter: [['path', { d: 'M2 3.5H14L9.5 8.5V13L6.5 11.5V8.5Z' }]],
  flag: [['path', { d: 'M3.5 14V2.5M3.5 3H12L10 6L12 9H3.5' }]],
  folder: [['path', { d: 'M1.8 12.5V3.5H6L7.5 5.2H14.2V12.5Z' }]],
  grow: [
    ['circle', { cx: '8', cy: '8', r: '1.7', fill: 'currentColor', stroke: 'none' }],
    [
      'path',
      {
        d: 'M8 4V1.8M8 14.2V12M4 8H1.8M14.2 8H12M5.2 5.2L3.6 3.6M10.8 5.2L12.4 3.6M5.2 10.8L3.6 12.4M10.8 10.8L12.4 12.4',
      },
    ],
  ],
  help: [
    ['circle', { cx: '8', cy: '8', r: '6' }],
    ['path', { d: 'M6.2 6.3A1.8 1.8 0 1 1 8.6 8C8.1 8.3 8 8.6 8 9.2' }],
    ['circle', { cx: '8', cy: '11.3', r: '.5', fill: 'currentColor' }],
  ],
  image: [
    ['rect', { x: '2', y: '2.5', width: '12', height: '11', rx: '1' }],
    ['path', { d: 'M2.5 11.5L6 8L9 11L11 9.2L13.5 11.5' }],
    ['circle', { cx: '10.5', cy: '5.8', r: '1' }],
  ],
  import: [['path', { d: 'M8 2V10M5 7.2L8 10.2L11 7.2M2.5 9.5V13.5H13.5V9.5' }]],
  info: [
    ['circle', { cx: '8', cy: '8', r: '6' }],
    ['path', { d: 'M8 7.3V11' }],
    ['circle', { cx: '8', cy: '5.2', r: '.5', fill: 'currentColor' }],
  ],
  invert: [
    ['rect', { x: '2.5', y: '2.5', width: '11', height: '11', rx: '1' }],
    ['path', { d: 'M13.5 2.5L2.5 13.5H13.5Z', fill: 'currentColor', stroke: 'none' }],
  ],
  islands: [
    ['path', { d: 'M3 4.5C4.5 2 8.5 2.5 8.5 5.5S4.5 9.5 3 8S2.2 5.8 3 4.5Z' }],
    ['circle', { cx: '11.7', cy: '5', r: '1.8' }],
    ['circle', { cx: '10', cy: '11.7', r: '2.3' }],
  ],
  lasso: [
    [
      'path',
      {
        d: 'M4.5 10.4C2.9 9.6 2 8.3 2 6.9C2 4.3 4.7 2.5 8 2.5S14 4.3 14 6.9S11.3 11 8 11C6.9 11 5.8 10.8 4.9 10.4',
        'stroke-dasharray': '2.2 1.7',
      },
    ],
    ['path', { d: 'M5 10C6.2 10.6 6 12 4.7 12C3.6 12 3.6 10.5 4.8 10.3M4.9 12C4.6 13 3.8 13.5 2.8 13.7' }],
  ],
  layout1: [['rect', { x: '2', y: '2.5', width: '12', height: '11' }]],
  layout2: [
    ['rect', { x: '2', y: '2.5', width: '12', height: '11' }],
    ['path', { d: 'M8 2.5V13.5' }],
  ],
  layout3: [
    ['rect', { x: '2', y: '2.5', width: '12', height: '11' }],
    ['path', { d: 'M6 2.5V13.5M10 2.5V13.5' }],
  ],
  layout4: [
    ['rect', { x: '2', y: '2.5', width: '12', height: '11' }],
    ['path', { d: 'M8 2.5V13.5M2 8H14' }],
  ],
  lock: [
    ['rect', { x: '3.5', y: '7', width: '9', height: '6.5', rx: '1' }],
    ['path', { d: 'M5.5 7V5A2.5 2.5 0 0 1 10.5 5V7' }],
  ],
  margin: [
    ['circle', { cx: '8', cy: '8', r: '3' }],
    ['circle', { cx: '8', cy: '8', r: '6', 'stroke-dasharray': '2 1.770' }],
  ],
  mark: [['path', { d: 'M2 12.5A7.6 7.6 0 0 1 14 12.5M2 12.5H14M8 12.5V4.2M6 6.2L8 4L10 6.2' }]],
  model: [['path', { d: 'M2 2.5V13.5M5 4.5V11.5M8 6.5V9.5M11 4.5V11.5M14 2.5V13.5' }]],
  offline: [
    ['path', { d: 'M8 1.8L13.5 3.8V7.8C13.5 11 11.3 13.2 8 14.3C4.7 13.2 2.5 11 2.5 7.8V3.8ZM5.5 8L7.3 9.8L10.6 6.2' }],
  ],
  okCircle: [
    ['circle', { cx: '8', cy: '8', r: '6' }],
    ['path', { d: 'M5.2 8.3L7.2 10.3L10.9 6' }],
  ],
  pause: [['path', { d: 'M5.5 3V13M10.5 3V13' }]],
  play: [['path', { d: 'M4.5 2.8V13.2L13 8Z' }]],
  plus: [['path', { d: 'M8 3V13M3 8H13' }]],
  polygon: [
    ['path', { d: 'M3 5.5L9.5 2.5L13.5 8L10 13.5L4 11.5Z' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '3', cy: '5.5', r: '1.3' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '9.5', cy: '2.5', r: '1.3' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '13.5', cy: '8', r: '1.3' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '10', cy: '13.5', r: '1.3' }],
    ['circle', { fill: 'currentColor', stroke: 'none', cx: '4', cy: '11.5', r: '1.3' }],
  ],
  redo: [['path', { d: 'M10.5 3L13.5 6L10.5 9M13.5 6H6.5C4 6 2.5 7.7 2.5 9.7S4 13 6.5 13H10' }]],
  right: [['path', { d: 'M6.3 4.5L9.8 8L6.3 11.5' }]],
  ruler: [['path', { d: 'M1.8 11.2L11.2 1.8L14.2 4.8L4.8 14.2ZM4.6 8.4L6 9.8M6.8 6.2L7.6 7M9 4L10.4 5.4' }]],
  search: [
    ['circle', { cx: '7', cy: '7', r: '4.5' }],
    ['path', { d: 'M10.5 10.5L14 14' }],
  ],
  seeds: [
    [
      'path',
      {
        d: 'M8 14V7.5M8 9.5C8 6.5 5.5 5.5 2.5 5.5C2.5 8.5 4.5 9.8 8 9.8M8 7.5C8 4 10.5 2.5 13.5 2.5C13.5 5.8 11.5 7.5 8 7.5',
      },
    ],
  ],
  settings: [
    ['path', { d: 'M2 4.5H8M12 4.5H14M2 11.5H4M8 11.5H14' }],
    ['circle', { cx: '10', cy: '4.5', r: '1.9' }],
    ['circle', { cx: '6', cy: '11.5', r: '1.9' }],
  ],
  shape: [
    ['rect', { x: '2', y: '2.5', width: '8', height: '6.5', rx: '.5' }],
    ['ellipse', { cx: '10', cy: '10.3', rx: '4.2', ry: '3.2' }],
  ],
  smooth: [
    ['path', { d: 'M2 6.5L4 4L6 6.5L8 4L10 6.5L12 4L14 6.5' }],
    ['path', { d: 'M2 12C4 9.5 6 9.5 8 11S12 12.5 14 10' }],
  ],
  stop: [['rect', { x: '3.5', y: '3.5', width: '9', height: '9', rx: '1' }]],
  threshold: [
    ['path', { d: 'M2 13.5V11M4.4 13.5V8M6.8 13.5V4.5M9.2 13.5V7M11.6 13.5V9.5M14 13.5V12M9.8 2V5M8.3 3.5H11.3' }],
  ],
  thresholdBrush: [
    ['circle', { cx: '8', cy: '8', r: '5.7' }],
    ['path', { d: 'M3.5 9.5C5 9.5 5.2 6 7 6C8.8 6 8.5 10.5 10 10.5C11 10.5 11.2 8.7 12.5 8.7' }],
  ],
  todo: [['circle', { cx: '8', cy: '8', r: '4.7' }]],
  trash: [['path', { d: 'M2.5 4.5H13.5M6 4.5V2.5H10V4.5M4 4.5L4.7 13.5H11.3L12 4.5M6.7 7V11M9.3 7V11' }]],
  undo: [['path', { d: 'M5.5 3L2.5 6L5.5 9M2.5 6H9.5C12 6 13.5 7.7 13.5 9.7S12 13 9.5 13H6' }]],
  unlock: [
    ['rect', { x: '3.5', y: '7', width: '9', height: '6.5', rx: '1' }],
    ['path', { d: 'M5.5 7V4.5A2.5 2.5 0 0 1 10.3 3.6' }],
  ],
  verdictDuplicates: [['path', { d: 'M2.5 3H13.5M2.5 7.2H13.5M2.5 8.9H13.5M2.5 13H13.5' }]],
  verdictGaps: [
    ['path', { d: 'M2.5 3H13.5M2.5 5.8H13.5M2.5 13H13.5' }],
    ['path', { d: 'M2.5 9.4H13.5', 'stroke-dasharray': '1 2.3' }],
  ],
  verdictIrregular: [['path', { d: 'M2.5 2.8H13.5M2.5 4.8H13.5M2.5 9.2H13.5M2.5 13.2H13.5' }]],
  verdictNone: [['rect', { x: '2.5', y: '4', width: '11', height: '8', 'stroke-dasharray': '2 1.6' }]],
  verdictTilted: [['path', { d: 'M2.5 5.5L13.5 2.5M2.5 9.5L13.5 6.5M2.5 13.5L13.5 10.5' }]],
  verdictUniform: [['path', { d: 'M2.5 3H13.5M2.5 6.330H13.5M2.5 9.670H13.5M2.5 13H13.5' }]],
  warn: [
    ['path', { d: 'M8 2.2L14.3 13.3H1.7ZM8 6.5V9.5' }],
    ['circle', { cx: '8', cy: '11.4', r: '.5', fill: 'currentColor' }],
  ],
  window: [
    ['circle', { cx: '8', cy: '8', r: '5.5' }],
    ['path', { d: 'M8 2.5A5.5 5.5 0 0 1 8 13.5Z', fill: 'currentColor', stroke: 'none' }],
  ],
  wire: [
    ['path', { d: 'M3 12.5C3 9 6.5 10.5 7.5 7.5C8.4 5 10 3.5 13 3.5' }],
    ['rect', { x: '1.5', y: '11', width: '3', height: '3' }],
    ['rect', { x: '11.5', y: '2', width: '3', height: '3' }],
  ],
})

export type IconName = keyof typeof ICONS
