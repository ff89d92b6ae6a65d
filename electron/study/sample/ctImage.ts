// One slice of the sample as a CT Image Storage file (PS3.3 A.3), explicit VR little endian.
import dcmjs from 'dcmjs'
import { PHANTOM_VERSION, type PhantomPatient, type SliceGrid } from '#common/phantom/index'
import { uidFor } from './uids'

const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
const STUDY_DATE = '20240312'
const RESCALE_INTERCEPT = -1024

const { DicomDict, DicomMetaDictionary } = dcmjs.data

const uid = (...name: (string | number)[]): string => uidFor('sagitta-phantom', PHANTOM_VERSION, ...name)

/**
 * @param k slice, 0 is the lowest; becomes InstanceNumber k + 1
 * @param hu rows x columns values of at least -1024
 */
export function ctImageFile(patient: PhantomPatient, grid: SliceGrid, k: number, hu: Int16Array): Uint8Array {
  const sopInstanceUid = uid(patient.id, 'instance', k)
  const file = new DicomDict(
    DicomMetaDictionary.denaturalizeDataset({
      FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
      MediaStorageSOPClassUID: CT_IMAGE_STORAGE,
      MediaStorageSOPInstanceUID: sopInstanceUid,
      TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN,
      ImplementationClassUID: uidFor('sagitta', 'implementation'),
      ImplementationVersionName: 'SAGITTA',
    }),
  )
  file.dict = DicomMetaDictionary.denaturalizeDataset({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID: sopInstanceUid,
    ...subject(patient),
    ...origin(patient, k),
    ...acquisition(patient, grid),
    ...plane(grid, k),
    ...pixels(grid, hu),
  })
  return new Uint8Array(file.write())
}

/** Patient and Study modules (C.7.1.1, C.7.2.1, C.7.2.2). */
const subject = (patient: PhantomPatient): Record<string, unknown> => ({
  PatientName: patient.name,
  PatientID: patient.id,
  PatientBirthDate: `${Number(STUDY_DATE.slice(0, 4)) - parseInt(patient.age, 10)}0101`,
  PatientSex: patient.sex,
  PatientAge: patient.age,
  PatientWeight: patient.weightKg,
  PatientComments: 'Computer-generated phantom. No person was scanned.',
  StudyInstanceUID: uid(patient.id, 'study'),
  StudyDate: STUDY_DATE,
  StudyTime: '093000',
  StudyID: 'SAMPLE',
  StudyDescription: 'CT abdomen (phantom)',
  AccessionNumber: '',
  ReferringPhysicianName: '',
})

/** Series, Frame of Reference, Equipment, General Acquisition and General Image modules (C.7.3.1, C.7.4.1, C.7.5.1, C.7.10.1, C.7.6.1). */
const origin = (patient: PhantomPatient, k: number): Record<string, unknown> => ({
  Modality: 'CT',
  SeriesInstanceUID: uid(patient.id, 'series'),
  SeriesNumber: 2,
  SeriesDate: STUDY_DATE,
  SeriesTime: '093200',
  SeriesDescription: `Portal venous ${patient.spacingMm[2]} mm`,
  BodyPartExamined: 'ABDOMEN',
  PatientPosition: 'HFS',
  FrameOfReferenceUID: uid(patient.id, 'frame of reference'),
  PositionReferenceIndicator: '',
  Manufacturer: 'Sagitta',
  ManufacturerModelName: 'Body phantom',
  DeviceSerialNumber: String(patient.seed),
  SoftwareVersions: `phantom ${PHANTOM_VERSION}`,
  InstanceNumber: k + 1,
  ContentDate: STUDY_DATE,
  ContentTime: '093200',
  AcquisitionDate: STUDY_DATE,
  AcquisitionTime: '093200',
  AcquisitionNumber: 1,
  ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  BurnedInAnnotation: 'NO',
  LossyImageCompression: '00',
})

/** CT Image and Contrast/Bolus modules (C.8.2.1, C.7.6.4). */
const acquisition = (patient: PhantomPatient, grid: SliceGrid): Record<string, unknown> => ({
  KVP: 120,
  ScanOptions: 'HELICAL MODE',
  DataCollectionDiameter: 500,
  ReconstructionDiameter: decimal(grid.columns * grid.spacingMm[0]),
  GantryDetectorTilt: 0,
  RotationDirection: 'CW',
  ExposureTime: 500,
  XRayTubeCurrent: 200,
  Exposure: 100,
  ConvolutionKernel: 'STANDARD',
  ContrastBolusAgent: `Simulated, liver at ${patient.enhancement.liver} HU`,
})

/** Image Plane module (C.7.6.2): axial, head first, supine. */
function plane({ spacingMm, originMm, bottomMm }: SliceGrid, k: number): Record<string, unknown> {
  const z = decimal(bottomMm + k * spacingMm[2])
  return {
    PixelSpacing: [decimal(spacingMm[1]), decimal(spacingMm[0])],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    ImagePositionPatient: [decimal(originMm[0]), decimal(originMm[1]), z],
    SliceThickness: decimal(spacingMm[2]),
    SpacingBetweenSlices: decimal(spacingMm[2]),
    SliceLocation: z,
  }
}

/** Image Pixel and VOI LUT modules (C.7.6.3, C.11.2): 12 bits, stored value = HU + 1024. */
function pixels({ columns, rows }: SliceGrid, hu: Int16Array): Record<string, unknown> {
  const stored = Uint16Array.from(hu, value => value - RESCALE_INTERCEPT)
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    RescaleIntercept: RESCALE_INTERCEPT,
    RescaleSlope: 1,
    RescaleType: 'HU',
    WindowCenter: [40, 90],
    WindowWidth: [400, 150],
    WindowCenterWidthExplanation: ['SOFT TISSUE', 'LIVER'],
    PixelData: stored.buffer,
    _vrMap: { PixelData: 'OW' },
  }
}

/** A decimal string of at most 16 characters (VR DS) without the dust of binary fractions. */
const decimal = (value: number): string => String(Math.round(value * 1e4) / 1e4)
