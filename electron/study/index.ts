// The study room's door: what the command line, benches and main may use of it.
export { scanPaths } from './intake/scan'
export type { Scan, VolumeSource } from './intake/types'
export { loadVolume } from './volumes/load'
export { resampleLabels, resampleVolume } from './volumes/resample'
export { statisticsOf } from './volumes/statistics'
export type { Volume } from './volumes/volume'
export { storedValues, type StoredValues } from './decode/storedValues'
export { readNifti, writeNifti } from './images/nifti'
export {
  distinctLabels,
  readLabelFile,
  readLabelsByIndex,
  readLabelsOn,
  writeLabelFile,
  type LabelFile,
} from './labels/labelNifti'
export { exportVolume } from './service/exportVolume'
export { projectHandlers } from './service/projectHandlers'
export { StudyService, type StudyOptions } from './service/studyService'
export { studyServices } from './service/services'
export { ensureSample, type SampleStudy } from './sample'
export { prepareCase } from './prepare/prepareCase'
export { fingerprintCase } from './prepare/fingerprint'
export { imageOfVolume, targetOfValues } from './prepare/fromVolume'
export { openTarget, openVolume, readLabels } from './prepare/fromFiles'
export { checkProject, type ProjectCheck } from './project/check'
export { surveyProject, type ProjectSurvey } from './project/survey'
export { writeFileAtomic } from './storage/atomic'
