// The part of dcmjs (which ships no types) that writes files.
declare module 'dcmjs' {
  /** A dataset by attribute keywords (PS3.6). */
  type Naturalized = Record<string, unknown>
  /** A dataset in DICOM JSON form: `GGGGEEEE` to VR and values. */
  type Denaturalized = Record<string, { vr: string; Value: unknown[] }>

  interface DicomDict {
    dict: Denaturalized
    write(): ArrayBuffer
  }

  const dcmjs: {
    data: {
      DicomDict: new (meta: Denaturalized) => DicomDict
      DicomMetaDictionary: { denaturalizeDataset(dataset: Naturalized): Denaturalized }
    }
  }
  export default dcmjs
}
