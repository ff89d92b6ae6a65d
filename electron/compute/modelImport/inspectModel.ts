// Looking into a model made elsewhere before its card is filled in: what can be told, and whether it can be taken at all. Only reads.
import { readFile } from 'node:fs/promises'
import type { InspectedModel } from '#common/ipc/compute'
import { readLatentFile } from '../latent/latentFile'
import { weightsBeside } from '../modelFile/externalWeights'
import { cardOf, parseOnnx } from '../modelFile/readModel'
import { axesOf } from './foreignAxes'
import { ownModel } from './ownModel'
import { refusalsOf } from './refusals'
import { suggestCard } from './suggestCard'

const KIND = { autoencoder: 'an autoencoder', vae: 'a VAE', classifier: 'a classifier' } as const

/** @throws not-found; model-invalid for a file that is no ONNX model or whose weights are missing. */
export async function inspectModel(file: string): Promise<InspectedModel> {
  const bytes = await readFile(file)
  const onnx = parseOnnx(file, bytes)
  await weightsBeside(file, onnx)
  const own = await ownModel(file)
  const latent = await readLatentFile(file)
  return {
    ...{ file, bytes: bytes.length, producer: onnx.producer },
    inputs: onnx.inputs.map(tensor => ({ ...tensor, shape: tensor.shape && [...tensor.shape] })),
    outputs: onnx.outputs.map(tensor => ({ ...tensor, shape: tensor.shape && [...tensor.shape] })),
    axes: onnx.inputs[0] ? axesOf(onnx.inputs[0]) : [],
    suggested: suggestCard(onnx, file),
    refusals: own
      ? []
      : latent
        ? [`It is ${KIND[latent.metadata.latent.task]} of Sagitta's: it does not segment.`]
        : refusalsOf(onnx),
    own: own && cardOf(own, 'imported'),
  }
}
