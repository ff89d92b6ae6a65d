// A case of a config from its files: image and labels opened, ready to be looked at and prepared.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { TrainConfig } from '#common/ipc/training'
import { imageOfVolume, openTarget, openVolume } from '#study/index'
import type { CommandIo } from '../command'

type Case = TrainConfig['dataset']['cases'][number]

/** Paths in a config are relative to its folder, or else to the working directory. */
export function pathsFrom(configPath: string): (path: string) => string {
  return path => {
    const beside = resolve(dirname(configPath), path)
    return existsSync(beside) ? beside : resolve(path)
  }
}

export type LabelledCase = Awaited<ReturnType<typeof openCase>>

/** @throws no-images, grid-mismatch, label-values-unexpected and what reading throws, each naming the file. */
export async function openCase(
  { id, image, labels, complete }: Pick<Case, 'id' | 'image' | 'labels' | 'complete'>,
  at: (path: string) => string,
  io: CommandIo,
) {
  io.log(`Reading ${id}`)
  const labelsPath = at(labels)
  const volume = await openVolume(at(image), { labels: labelsPath, signal: io.signal })
  for (const warning of volume.info.warnings) io.log(`${id}: ${warning.message}`)
  const source = imageOfVolume(volume)
  return { info: volume.info, image: source, target: await openTarget(labelsPath, volume.info, source.name, complete) }
}
