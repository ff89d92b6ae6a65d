import { describe, expect, it } from 'vitest'
import { VOXELS_PORT } from '#common/ipc/bridge'
import type { Reply, Request } from '#common/ipc/rpc'
import { connectBridge, type BridgeWindow } from './bridge'
import { LatePort, type MessagePortLike } from './latePort'

class TestPort implements MessagePortLike {
  readonly sent: unknown[] = []
  closed = false
  onmessage: ((event: MessageEvent) => void) | null = null
  start(): void {}
  close(): void {
    this.closed = true
  }
  postMessage(message: unknown): void {
    this.sent.push(message)
  }
  answer(reply: Reply): void {
    this.onmessage?.({ data: reply } as MessageEvent)
  }
}

/** A window whose main process and ports are in the test's hand. */
function windowInHand() {
  const toMain: Request[] = []
  let hear: (message: unknown) => void = () => undefined
  let onMessage: (event: MessageEvent) => void = () => undefined
  const window: BridgeWindow = {
    sagitta: {
      post: message => void toMain.push(message as Request),
      onMessage: listener => (hear = listener),
      pathOf: file => `/home/anna/${file.name}`,
    },
    addEventListener: (_, listener) => (onMessage = listener),
  }
  const givePort = (port: TestPort, type: string = VOXELS_PORT): void =>
    onMessage({ data: { type }, ports: [port] } as unknown as MessageEvent)
  const tell = (reply: Reply): void => hear(reply)
  const studyStopped = (restarted: boolean): void =>
    tell({ type: 'event', channel: 'app.serviceStopped', value: { service: 'study', message: '', restarted } })
  return { window, toMain, givePort, tell, studyStopped }
}

const undo = { type: 'call', channel: 'voxels.undo', input: { volumeId: 'v' } }

describe('bridge', () => {
  it('asks main over the bridge, and gives paths of dropped files', async () => {
    const { window, toMain, tell } = windowInHand()
    const api = connectBridge(window)
    const answer = api.app.network({})
    expect(toMain[0]).toMatchObject({ type: 'call', channel: 'app.network', input: {} })
    tell({ type: 'done', id: toMain[0]!.id, value: { blocked: 0 } })
    expect(await answer).toEqual({ blocked: 0 })
    expect(api.pathOf({ name: 'scan' } as File)).toBe('/home/anna/scan')
  })

  it('keeps what is asked of the study service before its port has come', async () => {
    const { window, givePort } = windowInHand()
    const api = connectBridge(window)
    const answer = api.voxels.undo({ volumeId: 'v' })
    const port = new TestPort()
    givePort(port, 'another message of the page')
    expect(port.sent).toEqual([])
    givePort(port)
    expect(port.sent).toMatchObject([undo])
    port.answer({ type: 'done', id: 1, value: 'acknowledged' })
    expect(await answer).toBe('acknowledged')
  })

  it('after a restart: what waited fails, listeners follow, new calls go to the new port', async () => {
    const { window, givePort, studyStopped } = windowInHand()
    const api = connectBridge(window)
    const heard: unknown[] = []
    api.voxels.labelsChanged(payload => heard.push(payload))
    const [first, second] = [new TestPort(), new TestPort()]
    givePort(first)
    const lost = api.voxels.undo({ volumeId: 'v' })
    studyStopped(true)
    await expect(lost).rejects.toMatchObject({ code: 'service-stopped' })
    expect(first.closed).toBe(true)
    void api.voxels.undo({ volumeId: 'v' })
    givePort(second)
    expect(second.sent).toMatchObject([undo])
    second.answer({ type: 'event', channel: 'voxels.labelsChanged', value: { volumeId: 'v' } })
    expect(heard).toEqual([{ volumeId: 'v' }])
  })

  it('when the service stays down, calls fail instead of waiting for ever', async () => {
    const { window, givePort, studyStopped } = windowInHand()
    const api = connectBridge(window)
    givePort(new TestPort())
    studyStopped(false)
    await expect(api.voxels.undo({ volumeId: 'v' })).rejects.toMatchObject({ code: 'service-stopped' })
  })

  it('says so when there is no bridge', () => {
    expect(() => connectBridge({ addEventListener: () => undefined })).toThrow(/outside the app/)
  })
})

describe('late port', () => {
  it('sends what was posted early, in order, once', () => {
    const port = new LatePort()
    port.post(1)
    port.post(2)
    const target = new TestPort()
    port.attach(target)
    port.post(3)
    expect(target.sent).toEqual([1, 2, 3])
  })
})
