// `sagitta providers`
import { TestedProviders } from '#compute/index'
import { readArguments, type Command } from '../command'

export const providers: Command = {
  name: 'providers',
  usage: `providers
  Tests every processor this build of ONNX Runtime knows against the CPU, on a small training.`,

  async run(argv, io) {
    readArguments(argv, [], {})
    const reports = await new TestedProviders().test({
      signal: io.signal,
      onTesting: name => io.log(`Testing ${name}`),
    })
    for (const { name, usable, chosen, reason } of reports)
      io.print(`${chosen ? '*' : ' '} ${name.padEnd(10)} ${usable ? 'usable' : 'not usable'}: ${reason}`)
    return { providers: reports }
  },
}
