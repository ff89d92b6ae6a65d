// Facts of a volume from a file that knows no patient, study or series: those fields are empty, never invented.
import { gridHash } from '#common/geometry/gridHash'
import type { Grid } from '#common/geometry/types'
import type { VolumeInfo } from '#common/ipc/volume'

export function fileVolumeInfo(grid: Grid, file: { id: string; path: string; description: string }): VolumeInfo {
  return {
    ...grid,
    id: file.id,
    patientId: '',
    patientName: '',
    patientSex: '',
    patientAge: '',
    studyUid: '',
    studyDate: '',
    studyDescription: '',
    seriesUid: '',
    seriesNumber: null,
    modality: '',
    description: file.description,
    frameOfReferenceUid: '',
    transferSyntaxes: [],
    photometric: 'MONOCHROME2',
    samples: 1,
    valueRange: null,
    unit: '',
    windows: [],
    frames: grid.size[2],
    warnings: [],
    sopInstanceUids: [],
    geometryHash: gridHash(grid),
    source: file.path,
  }
}
