// Numbers, times and sizes as the window writes them: thin groups, units, words. Pure.

const GROUP = '\u202f'
const MINUS = '\u2212'

/** 1204 as "1 204" (narrow space), -5 with a true minus. */
export function count(value: number): string {
  const digits = Math.abs(Math.round(value)).toString()
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, GROUP)
  return value < 0 && digits !== '0' ? MINUS + grouped : grouped
}

/** "1 slice", "3 slices". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** Fixed decimals with grouping and a true minus: fixed(1482.64, 1) is "1 482.6". */
export function fixed(value: number, decimals: number): string {
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const text = count(Number(whole)) + (fraction === undefined ? '' : `.${fraction}`)
  return value < 0 && Number(text.replaceAll(GROUP, '')) !== 0 ? MINUS + text : text
}

/** Dice and shares to three places; "–" where nothing was counted. */
export const score = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(3)

export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** Millilitres with one place; "–" without geometry. */
export const millilitres = (ml: number | null): string => (ml === null ? '–' : fixed(ml, 1))

/** Voxel sizes: two places, "–" where unknown. */
export const millimetres = (mm: number): string => (Number.isFinite(mm) && mm > 0 ? mm.toFixed(2) : '–')

/** Bytes in the unit that keeps two or three digits. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let amount = value
  let unit = 0
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000
    unit++
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`
}

/** Gigabytes of memory from megabytes, one place; both are powers of two, as systems show memory. */
export const gigabytes = (mb: number): string => (mb / 1024).toFixed(1)

/** Memory in the unit that says something: "28 MB", "1.3 GB". */
export const memory = (mb: number): string => (mb < 1024 ? `${count(mb)} MB` : `${gigabytes(mb)} GB`)

/** Seconds as people say them: "8 s", "2 min 50 s", "1 h 2 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 10) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const two = (value: number): string => value.toString().padStart(2, '0')

/** "12:41:07", local time. */
export const clock = (date: Date): string =>
  `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** "Today, 12:58", "Yesterday", "9 May 2024". */
export function day(date: Date, now: Date): string {
  if (Number.isNaN(date.getTime())) return ''
  const midnight = (of: Date): number => new Date(of.getFullYear(), of.getMonth(), of.getDate()).getTime()
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000)
  if (days === 0) return `Today, ${two(date.getHours())}:${two(date.getMinutes())}`
  if (days === 1) return 'Yesterday'
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`
}

/** A DICOM date (YYYYMMDD) as "12 Mar 2024"; what is no date as it is. PS3.5 6.2, DA. */
export function dicomDate(text: string): string {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  const month = match ? MONTHS[Number(match[2]) - 1] : undefined
  return match && month !== undefined ? `${Number(match[3])} ${month} ${match[1]}` : text
}

/** A DICOM age (nnnY) as years: "054Y" is "54". PS3.5 6.2, AS. */
export function dicomAge(text: string): string {
  const match = /^0*(\d+)([DWMY])$/.exec(text)
  if (!match) return text
  return match[2] === 'Y' ? match[1]! : `${match[1]} ${{ D: 'days', W: 'weeks', M: 'months' }[match[2]!] ?? ''}`
}

const PROCESSORS: Readonly<Record<string, string>> = {
  dml: 'DirectML',
  webgpu: 'WebGPU',
  tensorrt: 'TensorRT',
  coreml: 'CoreML',
}

/** An execution provider by the name people know it by: "cpu" is "CPU". */
export const processor = (provider: string): string => PROCESSORS[provider] ?? provider.toUpperCase()

/** Last part of a path, either separator. */
export const baseName = (path: string): string =>
  path
    .split(/[\\/]/)
    .filter(part => part !== '')
    .pop() ?? path
