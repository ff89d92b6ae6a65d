// `Sagitta --self-test`: runs a model in the compute process of this very build and says what it runs on (CASES E04).
import { app } from 'electron'
import { asSagittaError } from '#common/errors'
import { ComputeService } from './services/computeService'
import type { Paths } from './services/paths'

/** Prints one JSON document. @returns the exit code: 0 when the CPU computes what it should. */
export async function selfTest(paths: Paths): Promise<number> {
  const compute = new ComputeService(paths, message => console.error(message))
  try {
    const providers = await compute.engine.providers({ again: true }).done
    const { electron, chrome, node } = process.versions
    console.log(JSON.stringify({ version: app.getVersion(), electron, chrome, node, providers }))
    return providers.some(({ name, usable }) => name === 'cpu' && usable) ? 0 : 1
  } catch (thrown) {
    console.error(asSagittaError(thrown).message)
    return 1
  } finally {
    await compute.stop()
  }
}
