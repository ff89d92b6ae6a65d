// The three patients of the sample study: who they are, how they were scanned, and what makes their bodies differ.
import type { Vec3 } from '../geometry/types'

/** Mean values of enhanced tissues in HU; a portal-venous phase whose timing differs between patients. */
export interface Enhancement {
  liver: number
  spleen: number
  kidney: number
  artery: number
  vein: number
}

export interface PhantomPatient {
  /** Drives everything that is not written here: organ shapes and places, lesions, bowel, noise. */
  seed: number
  id: string
  /** DICOM person name. */
  name: string
  sex: 'F' | 'M'
  /** DICOM age string. */
  age: string
  weightKg: number
  /** The sample's habit: two patients teach, one is kept for honest testing. */
  use: 'train' | 'test'
  /** Voxels along i, j, k, and their size in mm. */
  size: readonly [number, number, number]
  spacingMm: Vec3
  /** Size of the body against the standard one, along x, y, z. */
  scale: Vec3
  /** Thickness of the fat under the skin against the standard. */
  fat: number
  enhancement: Enhancement
  /** Standard deviation of the noise in the middle of the body, HU. */
  noiseHu: number
}

export const PHANTOM_PATIENTS: readonly PhantomPatient[] = [
  {
    seed: 1203,
    id: 'PH-0001',
    name: 'Phantom^Anna',
    sex: 'F',
    age: '054Y',
    weightKg: 62,
    use: 'train',
    size: [256, 256, 96],
    spacingMm: [1.5, 1.5, 3],
    scale: [1.07, 1, 0.99],
    fat: 0.9,
    enhancement: { liver: 107, spleen: 134, kidney: 178, artery: 152, vein: 160 },
    noiseHu: 12,
  },
  {
    seed: 2411,
    id: 'PH-0002',
    name: 'Phantom^Bruno',
    sex: 'M',
    age: '061Y',
    weightKg: 91,
    use: 'train',
    size: [256, 256, 112],
    spacingMm: [1.65, 1.65, 2.5],
    scale: [1.16, 1.12, 1.03],
    fat: 1.3,
    enhancement: { liver: 99, spleen: 124, kidney: 165, artery: 140, vein: 146 },
    noiseHu: 13,
  },
  {
    seed: 3607,
    id: 'PH-0003',
    name: 'Phantom^Chiara',
    sex: 'F',
    age: '047Y',
    weightKg: 70,
    use: 'test',
    size: [256, 256, 104],
    spacingMm: [1.56, 1.56, 2.75],
    scale: [1.1, 1.04, 1.01],
    fat: 1.1,
    enhancement: { liver: 104, spleen: 130, kidney: 172, artery: 146, vein: 153 },
    noiseHu: 12.5,
  },
]
