// The stack 784-1000-500-250-30 with a tenth of its weights, beside the dense one: compression by fewer connections.
import { EPOCHS, stackAtOnce, stackOn, STACK } from './_autoencoders'
import { mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result } from './_run'

export async function main(reproduction: Reproduction): Promise<Result> {
  const data = mnist(reproduction.root)
  const dense = await stackAtOnce(data, reproduction)
  const sparse = await trained('sparse', stackOn(data, { model: { ...STACK, connections: 0.1 } }), reproduction)
  const [a, b] = [dense, sparse].map(run => run.last.validation.terms!.reconstruction!) as [number, number]
  return {
    rows: [
      {
        row: 'MNIST, 784-1000-500-250-30 with 10 % of the weights',
        reach: "within 1.3 of the dense stack's",
        found: `${fixed(b)} against ${fixed(a)}: ${fixed(b - a)} more, ${EPOCHS} epochs`,
        seconds: sparse.last.seconds,
      },
    ],
    details: { dense: dense.last, sparse: sparse.last },
  }
}
