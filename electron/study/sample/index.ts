// The sample study: three phantom patients as DICOM with their ground truth.
export { ensureSample, type SampleStudy } from './ensureSample'
export { writeSamplePatient, type SampleOptions, type SamplePatientFiles } from './writeSamplePatient'
