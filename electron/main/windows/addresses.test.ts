import { describe, expect, it } from 'vitest'
import { fileOf, isLocal, isPageUrl } from './addresses'

describe('page address', () => {
  it.each([
    ['app://sagitta/assets/index.js?x=1#y', '/out/renderer/assets/index.js'],
    ['app://sagitta/a%20b.svg', '/out/renderer/a b.svg'],
    ['app://sagitta/%2e%2e/%2e%2e/secret', '/out/renderer/secret'],
  ])("means a file of the page's folder: %s", (url, file) => expect(fileOf(url, '/out/renderer')).toBe(file))

  it.each(['app://sagitta/..%2f..%2fetc/passwd', 'app://sagitta/..%2frenderer-2/index.html', 'app://other/index.html'])(
    'never leaves it: %s',
    url => expect(fileOf(url, '/out/renderer')).toBeNull(),
  )

  it("tells the app's own page from a stranger's", () => {
    expect(isPageUrl('app://sagitta/index.html#train')).toBe(true)
    expect(isPageUrl('app://sagitta.example/index.html')).toBe(false)
    expect(isPageUrl('file:///out/renderer/index.html')).toBe(false)
  })
})

describe('what the page may load', () => {
  it.each([
    'app://sagitta/assets/index.js',
    'data:image/png;base64,AA',
    'blob:app://sagitta/1',
    'devtools://devtools/x.html',
  ])('is itself and what it made in memory: %s', url => expect(isLocal(url, null)).toBe(true))

  it.each([
    'https://example.org/',
    'http://localhost:5173/',
    'ws://127.0.0.1/',
    'wss://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'app://sagitta.example/x',
  ])('is nothing else: %s', url => expect(isLocal(url, null)).toBe(false))

  it('is the development server in development, and nothing beside it', () => {
    const server = 'http://localhost:5173'
    expect(isLocal('http://localhost:5173/main.ts', server)).toBe(true)
    expect(isLocal('ws://localhost:5173/', server)).toBe(true)
    expect(isLocal('http://localhost:51730/', server)).toBe(false)
  })
})
