import { describe, expect, it } from 'vitest'
import { intakeReport } from './intakeReport'

describe('the importer’s report', () => {
  it('names every file under its reason, the commonest first', () => {
    const text = intakeReport(
      {
        paths: ['/médical/影像'],
        skipped: [
          { path: '/a', reason: 'truncated: the file ends inside its header' },
          { path: '/b', reason: 'no DICOM file and no other image' },
          { path: '/c', reason: 'no DICOM file and no other image' },
        ],
      },
      new Date('2026-03-01T09:30:00Z'),
    )
    expect(text.split('\r\n')).toEqual([
      'Sagitta: files left out when scans were added',
      'Written 2026-03-01T09:30:00.000Z',
      'From /médical/影像',
      '3 left out',
      '',
      '2: no DICOM file and no other image',
      '    /b',
      '    /c',
      '',
      '1: truncated: the file ends inside its header',
      '    /a',
      '',
    ])
  })
})
