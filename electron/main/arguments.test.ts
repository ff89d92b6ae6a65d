import { describe, expect, it } from 'vitest'
import { openingOf, ownArguments } from './arguments'

describe('opening', () => {
  it('takes every argument that is no switch as a path, from where the user stood', () => {
    expect(openingOf(['--no-sandbox', 'scans/anna', '/data/ct', '--inspect=0'], '/home/user')).toEqual({
      paths: ['/home/user/scans/anna', '/data/ct'],
      sample: false,
    })
  })

  it('knows the sample study', () => {
    expect(openingOf(['--sample'], '/')).toEqual({ paths: [], sample: true })
  })
})

describe('own arguments', () => {
  it("are what follows the app's folder in development, wherever the switches stand", () => {
    expect(ownArguments(['electron', '--no-sandbox', '/repo', '--sample', '/data'], true)).toEqual([
      '--sample',
      '/data',
    ])
  })

  it('are all arguments of an installed app', () => {
    expect(ownArguments(['Sagitta', '/data'], false)).toEqual(['/data'])
  })
})
