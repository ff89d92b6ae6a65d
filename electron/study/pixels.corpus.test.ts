// Stored values of every file of the corpus against what pydicom with GDCM read.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { transferSyntax } from '#common/dicom/transferSyntax'
import { SagittaError } from '#common/errors'
import { storedValues } from './decode/storedValues'

interface GoldenPixels {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly sha256: string
}
interface Golden {
  readonly transferSyntax?: string
  readonly pixels?: GoldenPixels | null
}

const shared = resolve(import.meta.dirname, '../../../shared')
const golden = resolve(shared, 'golden/dicom-pixels.json')
const here = existsSync(golden)
if (!here)
  console.warn(`CORPUS TESTS SKIPPED: ${shared} is not there. Pixel decoding was NOT compared with the reference.`)

/** Where the reference is wrong; each with the reason, and what is right instead. */
const REFERENCE_IS_WRONG: Readonly<
  Record<string, { readonly why: string; readonly sum?: number; readonly max?: number; readonly code?: string }>
> = {
  'dicomParser/encapsulated/multi-frame/CT0012.fragmented_no_bot_jpeg_ls.80.dcm': {
    why: 'Two frames in several fragments without offset table: the reference joins them wrongly (a CT value of 62704). The same image uncompressed has this sum.',
    sum: 199249408,
    max: 1196,
  },
  'dicomParser/encapsulated/multi-frame/CT0012.fragmented_no_bot_jpeg_ls.81.dcm': {
    why: 'As above, near-lossless.',
    sum: 199331342,
    max: 1198,
  },
  'pydicom/test_files/JPEG2000-embedded-sequence-delimiter.dcm': {
    why: 'The size in the codestream is overwritten by the bytes of a delimiter; the reference decodes it to noise.',
    code: 'decode-failed',
  },
}

describe.skipIf(!here)('stored values of the corpus', () => {
  const files = here ? (JSON.parse(readFileSync(golden, 'utf8')) as Record<string, Golden>) : {}
  const withPixels = Object.entries(files).filter(([, { pixels }]) => pixels)
  const others = Object.entries(files).filter(([, { pixels }]) => !pixels)
  const at = (name: string): string => resolve(shared, 'data/dicom', name)

  it.each(withPixels)('%s', async (name, { pixels, transferSyntax: uid }) => {
    const wrong = REFERENCE_IS_WRONG[name]
    if (wrong?.code) return expect(storedValues(at(name))).rejects.toMatchObject({ code: wrong.code })
    const own = await storedValues(at(name))
    if (wrong) return expect({ sum: own.sum, max: own.max }).toEqual({ sum: wrong.sum, max: wrong.max })
    const reference = pixels!
    expect(own.values.length).toBe(reference.count)
    if (transferSyntax(uid ?? '')?.lossless ?? true) return expect(own.sha256).toBe(reference.sha256)
    // Lossy decoders may round differently by 1 or 2 grey levels.
    expect(Math.abs(own.min - reference.min)).toBeLessThanOrEqual(2)
    expect(Math.abs(own.max - reference.max)).toBeLessThanOrEqual(2)
    expect(Math.abs(own.sum - reference.sum) / reference.count).toBeLessThan(0.5)
  })

  it('is read, or refused with a named error, where the reference could not', async () => {
    const refused: string[] = []
    for (const [name] of others) {
      try {
        const { min, max } = await storedValues(at(name))
        expect(Number.isFinite(min) && Number.isFinite(max)).toBe(true)
      } catch (thrown) {
        expect(thrown, name).toBeInstanceOf(SagittaError)
        refused.push((thrown as SagittaError).code)
      }
    }
    expect(new Set(refused)).toEqual(new Set(['no-pixels', 'not-dicom', 'truncated']))
    expect(others.length - refused.length).toBeGreaterThanOrEqual(68)
  })
})
