// For tests: the decode worker bundled as the app's build does it, so that threads can run it.
import { symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

/** Puts `decode.cjs` into `folder` and returns its path. */
export async function bundledWorker(folder: string): Promise<string> {
  const repository = resolve(import.meta.dirname, '../../..')
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await build({
    root: repository,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve(import.meta.dirname, '../decode/worker.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node18',
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'decode.cjs' } },
    },
    ssr: { external: ['dcmjs-codecs'] },
  })
  return join(folder, 'decode.cjs')
}
