// Reads a journal file: header, whole records, and what a crash left behind at its end.
import { SagittaError } from '#common/errors'
import { headerV1, parseRecord, type EditRecord, type JournalHeader } from './record'

export interface JournalContent {
  readonly header: JournalHeader
  readonly records: EditRecord[]
  /** Length of the header and all whole records. */
  readonly wholeBytes: number
  /** The half-written record at the end, null when there is none. */
  readonly torn: Uint8Array | null
}

const NEWLINE = 0x0a

/**
 * @param file for messages
 * @throws project-corrupt, naming the file and the line, when anything but the very end can't be read.
 */
export function readJournal(bytes: Uint8Array, file: string): JournalContent {
  const lines = splitLines(bytes)
  const [first, ...rest] = lines
  if (!first) throw corrupt(file, 1, 'its first line is not whole')
  const header = parseHeader(text(bytes, first), file)
  const records: EditRecord[] = []
  let wholeBytes = first.end + 1
  for (const [index, line] of rest.entries()) {
    const record = tryRecord(text(bytes, line))
    if (typeof record === 'string') {
      // A power cut can leave a last line whose sectors were never written.
      if (index === rest.length - 1) break
      throw corrupt(file, index + 2, record)
    }
    if (record.seq !== records.length + 1) throw corrupt(file, index + 2, `entry ${records.length + 1} is missing`)
    records.push(record)
    wholeBytes = line.end + 1
  }
  return { header, records, wholeBytes, torn: wholeBytes < bytes.length ? bytes.slice(wholeBytes) : null }
}

interface Line {
  readonly begin: number
  /** Index of its newline. */
  readonly end: number
}

/** Lines that end with a newline. */
function splitLines(bytes: Uint8Array): Line[] {
  const lines: Line[] = []
  for (let begin = 0; ;) {
    const end = bytes.indexOf(NEWLINE, begin)
    if (end < 0) return lines
    lines.push({ begin, end })
    begin = end + 1
  }
}

const text = (bytes: Uint8Array, { begin, end }: Line): string => new TextDecoder().decode(bytes.subarray(begin, end))

function parseHeader(line: string, file: string): JournalHeader {
  try {
    return headerV1.parse(JSON.parse(line))
  } catch (cause) {
    throw corrupt(file, 1, firstLine(cause))
  }
}

function tryRecord(line: string): EditRecord | string {
  try {
    return parseRecord(line)
  } catch (thrown) {
    return firstLine(thrown)
  }
}

const firstLine = (thrown: unknown): string => (thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : '')

const corrupt = (file: string, line: number, reason: string): SagittaError =>
  new SagittaError(
    'project-corrupt',
    `Line ${line} of the journal ${file} can't be read (${reason}). Nothing was changed. Put back a copy of the project from a backup.`,
    { file, line },
  )
