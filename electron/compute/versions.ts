// What a run was computed with: written into models, so that a difference can be explained later.
import { env } from 'onnxruntime-node'

export const versions = (): Record<string, string> => ({
  onnxruntime: env.versions.node ?? env.versions.common,
  node: process.versions.node,
  ...(process.versions.electron ? { electron: process.versions.electron } : {}),
  platform: `${process.platform} ${process.arch}`,
})
