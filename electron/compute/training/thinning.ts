// The connections of a network that keeps only some: their number, and their pruning from epoch to epoch.
import type { LayerConnections } from '#models/architectures/connections'
import { connectionsAfter, pruningEpochs, strongest } from '#models/architectures/pruning'
import type { StateTensors } from '../runtime/stateTensors'

const maskOf = ({ scope }: LayerConnections): string => `${scope}.mask`
const weightOf = ({ scope }: LayerConnections): string => `${scope}.weight`
const isThin = ({ kept, of }: LayerConnections): boolean => kept < of

export class Thinning {
  /** Epochs that the pruning takes; null: the connections were drawn, and stay. */
  private readonly over: number | null

  constructor(
    private readonly layers: readonly LayerConnections[],
    pruned: boolean,
    epochs: number,
  ) {
    this.over = pruned ? pruningEpochs(epochs) : null
  }

  /** Connections of all layers, now. Masks are read by programs, not made by them: they stay in the processor's memory. */
  count(state: StateTensors): number {
    const ones = (mask: Float32Array) => mask.reduce((total, value) => total + value, 0)
    const now = (layer: LayerConnections) =>
      isThin(layer) ? ones(state.current(maskOf(layer)).data as Float32Array) : layer.of
    return this.layers.reduce((total, layer) => total + now(layer), 0)
  }

  /** Takes away what an epoch (1, 2, ...) has shown to be weak. */
  async afterEpoch(state: StateTensors, epoch: number): Promise<void> {
    if (this.over === null || epoch > this.over) return
    const values = await state.snapshot()
    for (const layer of this.layers.filter(isThin)) {
      const keep = connectionsAfter(epoch, this.over, layer)
      state.replace(maskOf(layer), strongest(values.get(weightOf(layer))!, values.get(maskOf(layer))!, keep))
    }
  }
}
