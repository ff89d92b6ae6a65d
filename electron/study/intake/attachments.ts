// Objects that belong to images, joined to the volumes of the same scan they refer to.
import type { Instance } from '#common/dicom/instance'
import type { Attachment, Skipped } from '#common/ipc/volume'
import { objectName } from '#common/dicom/sopClass'
import type { VolumeSource } from './types'

const KINDS = new Set(['segmentation', 'structure-set', 'report', 'presentation'])

const isAttachment = (kind: string): kind is Attachment['kind'] => KINDS.has(kind)

/**
 * By the series an object names (or the images it names); where it names none, by its frame of reference.
 * @returns the objects that found no volume, for the list of skipped files
 */
export function attach(objects: readonly Instance[], sources: ReadonlyMap<string, VolumeSource>): Skipped[] {
  const volumes = [...sources.values()].map(({ info }) => info)
  return objects.flatMap(object => {
    const { kind } = object
    if (!isAttachment(kind)) return [{ path: object.file, reason: `${objectName(kind)}, no image` }]
    const named = new Set(object.referencedSeriesUids)
    const images = new Set(object.referencedSopInstanceUids)
    const direct = volumes.filter(
      info => named.has(info.seriesUid) || info.sopInstanceUids.some(uid => images.has(uid.replace(/#\d+$/, ''))),
    )
    const frame = object.frameOfReferenceUid
    const owners =
      direct.length > 0 ? direct : volumes.filter(info => frame !== '' && info.frameOfReferenceUid === frame)
    const attachment: Attachment = {
      ...{ kind, path: object.file, sopInstanceUid: object.sopInstanceUid },
      description: object.seriesDescription,
    }
    for (const info of owners) info.attachments = [...(info.attachments ?? []), attachment]
    return owners.length > 0 ? [] : [{ path: object.file, reason: `${objectName(kind)} of images that are not here` }]
  })
}
