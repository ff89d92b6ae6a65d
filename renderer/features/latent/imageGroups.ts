// Groups of images: what their images are of, which points of a set they are, and which group a point is coloured by. Pure.
import type { ImageGroup } from '#common/ipc/project'
import type { ImageSource } from './imageChoice'

/** A group as far as its images are among those that are explored. */
export interface GroupHere {
  readonly group: ImageGroup
  /** Ascending. */
  readonly indices: Int32Array
}

/** What the images of a source are of, as groups keep it: ids of images say no more than which one of these. */
export function originOf(source: ImageSource): string {
  switch (source.kind) {
    case 'studies':
      return 'project'
    case 'folder':
      return source.folder
    case 'npz':
      return source.file
    case 'idx':
      return source.images
  }
}

/** Groups that have images in a set, with where these are. @param indexOf by the id of an image */
export function groupsHere(
  groups: readonly ImageGroup[],
  origin: string,
  indexOf: ReadonlyMap<string, number>,
): GroupHere[] {
  return groups.flatMap(group => {
    if (group.of !== origin) return []
    const indices = Int32Array.from(group.images.flatMap(id => indexOf.get(id) ?? [])).sort()
    return indices.length > 0 ? [{ group, indices }] : []
  })
}

/** Name of each image's group, the one named last where several hold it; `none` where none does. */
export function groupNames(here: readonly GroupHere[], count: number, none: string): string[] {
  const names = Array.from({ length: count }, () => none)
  for (const { group, indices } of here) for (const n of indices) names[n] = group.name
  return names
}

/** Why a group can't be called so, or null. @param but the group that has the name now */
export function nameFault(name: string, groups: readonly ImageGroup[], but: string | null = null): string | null {
  if (name.trim() === '') return 'A group needs a name.'
  const same = (other: ImageGroup): boolean => other.name.toLocaleLowerCase() === name.trim().toLocaleLowerCase()
  return groups.some(other => other.id !== but && same(other)) ? 'Another group has this name.' : null
}

/** The next number as an id: ids never come back while a group has a higher one. */
export const nextGroupId = (groups: readonly ImageGroup[]): string =>
  String(1 + Math.max(0, ...groups.map(({ id }) => Number(id) || 0)))
