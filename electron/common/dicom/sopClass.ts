// What an instance is: an image to show, an object that belongs to one, or an index (PS3.4 annex B).

export type ObjectKind = 'image' | 'segmentation' | 'structure-set' | 'report' | 'presentation' | 'dicomdir' | 'other'

const PREFIX = '1.2.840.10008.5.1.4.1.1.'

/** By SOP class, and where that is missing or unknown by modality. */
export function objectKind(sopClassUid: string, modality: string): ObjectKind {
  if (sopClassUid === '1.2.840.10008.1.3.10') return 'dicomdir'
  const suffix = sopClassUid.startsWith(PREFIX) ? sopClassUid.slice(PREFIX.length) : ''
  if (/^66\.[47]$/.test(suffix) || (suffix === '' && modality === 'SEG')) return 'segmentation'
  if (suffix === '481.3' || (suffix === '' && modality === 'RTSTRUCT')) return 'structure-set'
  if (/^88\./.test(suffix) || (suffix === '' && modality === 'SR')) return 'report'
  if (/^11\./.test(suffix) || (suffix === '' && modality === 'PR')) return 'presentation'
  return 'image'
}

const NAMES: Readonly<Record<ObjectKind, string>> = {
  image: 'an image',
  segmentation: 'a segmentation',
  'structure-set': 'a structure set',
  report: 'a structured report',
  presentation: 'a presentation state',
  dicomdir: 'a DICOMDIR index',
  other: 'another kind of object',
}

/** For sentences: "a segmentation". */
export const objectName = (kind: ObjectKind): string => NAMES[kind]
