// Volumes of the fake: the sample study's phantom in coarse voxels, made when first looked at.
import type { Label } from '#common/ipc/project'
import type { VolumeInfo } from '#common/ipc/volume'
import {
  generatePhantom,
  gridAffine,
  PHANTOM_LABELS,
  PHANTOM_PATIENTS,
  sliceGrid,
  type PhantomPatient,
} from '#common/phantom/index'
import { LABEL_COLORS } from '#common/project/labels'

export type Size = readonly [number, number, number]

export interface FakeVolume {
  readonly info: VolumeInfo
  /** HU and ground truth, i fastest. */
  readonly voxels: () => { readonly image: Int16Array; readonly truth: Uint8Array }
}

export const FAKE_LABELS: readonly Label[] = PHANTOM_LABELS.map(label => ({
  value: label.value,
  name: label.name,
  color: LABEL_COLORS[label.colorIndex - 1] ?? LABEL_COLORS[0],
  category: label.category,
  type: label.type,
  locked: false,
  visible: true,
}))

function infoOf(patient: PhantomPatient, size: Size, folder: string): VolumeInfo {
  const grid = sliceGrid(patient, size)
  return {
    id: `volume-${patient.id}`,
    patientId: patient.id,
    patientName: patient.name,
    patientSex: patient.sex,
    patientAge: patient.age,
    studyUid: `study-${patient.id}`,
    studyDate: '20240312',
    studyDescription: 'CT abdomen',
    seriesUid: `series-${patient.id}`,
    seriesNumber: 2,
    modality: 'CT',
    description: 'Portal venous 3.0',
    frameOfReferenceUid: `frame-${patient.id}`,
    transferSyntaxes: ['1.2.840.10008.1.2.1'],
    photometric: 'MONOCHROME2',
    samples: 1,
    valueRange: [-1024, 1400],
    unit: 'HU',
    windows: [{ center: 40, width: 400, label: 'Soft tissue' }],
    frames: size[2],
    warnings: [],
    sopInstanceUids: Array.from({ length: size[2] }, (_, k) => `${patient.id}.${k}`),
    geometryHash: `grid-${patient.id}`,
    source: folder,
    size: [...size],
    spacingMm: [...grid.spacingMm],
    affineLps: [...gridAffine(grid)],
    slicePositionsMm: Array.from({ length: size[2] }, (_, k) => grid.bottomMm + k * grid.spacingMm[2]),
    orientation: [1, 0, 0, 0, 1, 0],
    verdict: {
      kind: 'uniform',
      details: `${size[2]} slices, ${grid.spacingMm[2].toFixed(2)} mm apart`,
      files: [],
      tiltDegrees: null,
      gaps: [],
    },
  }
}

interface Made {
  readonly image: Int16Array
  readonly truth: Uint8Array
}

/** Making one takes a third of a second and always gives the same: it is made once. */
const made = new Map<string, Made>()
function voxelsOf(patient: PhantomPatient, size: Size): Made {
  const key = `${patient.id} ${size.join(' ')}`
  const known = made.get(key)
  if (known) return known
  const { image, labels } = generatePhantom(patient, { size })
  const volume = { image, truth: labels }
  made.set(key, volume)
  return volume
}

/** The three patients of the sample study, at another voxel count over the same field of view. */
export const phantomVolumes = (size: Size, folder: string): FakeVolume[] =>
  PHANTOM_PATIENTS.map(patient => ({
    info: infoOf(patient, size, `${folder}/${patient.id}`),
    voxels: () => voxelsOf(patient, size),
  }))
