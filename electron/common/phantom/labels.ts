// The labels of the phantom's ground truth, with their SNOMED CT codes (PS3.16 Annex L and CID 7150).

export interface PhantomLabel {
  /** Voxel value in the target map. */
  value: number
  name: string
  /** Place in the label palette (1 is its first colour). */
  colorIndex: number
  category: { scheme: 'SCT'; value: string; meaning: string }
  type: { scheme: 'SCT'; value: string; meaning: string }
}

const anatomical = { scheme: 'SCT', value: '123037004', meaning: 'Anatomical Structure' } as const
const altered = { scheme: 'SCT', value: '49755003', meaning: 'Morphologically Altered Structure' } as const
const sct = (value: string, meaning: string): PhantomLabel['type'] => ({ scheme: 'SCT', value, meaning })

export const LIVER = 1
export const LESION = 2
export const LUNG = 3
export const SPINE = 4
export const SPLEEN = 5
export const KIDNEY = 6

/** In voxel order; 0 is background. Spine is vertebrae and discs without the canal; Lung includes its vessels, Liver its own. */
export const PHANTOM_LABELS: readonly PhantomLabel[] = [
  { value: LIVER, name: 'Liver', colorIndex: 1, category: anatomical, type: sct('10200004', 'Liver') },
  { value: LESION, name: 'Lesion', colorIndex: 2, category: altered, type: sct('52988006', 'Lesion') },
  { value: LUNG, name: 'Lung', colorIndex: 3, category: anatomical, type: sct('39607008', 'Lung') },
  { value: SPINE, name: 'Spine', colorIndex: 4, category: anatomical, type: sct('421060004', 'Spine') },
  { value: SPLEEN, name: 'Spleen', colorIndex: 5, category: anatomical, type: sct('78961009', 'Spleen') },
  { value: KIDNEY, name: 'Kidney', colorIndex: 6, category: anatomical, type: sct('64033007', 'Kidney') },
]
