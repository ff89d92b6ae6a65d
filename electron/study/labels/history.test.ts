import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History } from './history'

describe('History', () => {
  it('does what two stacks do, over any sequence of edits, undos and redos', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('edit', 'undo', 'redo'), { maxLength: 60 }), actions => {
        const history = new History()
        const done: number[] = []
        let undone: number[] = []
        let seq = 0
        for (const action of actions) {
          if (action === 'edit') {
            history.push({ seq: ++seq, action: 'brush' })
            done.push(seq)
            undone = []
          } else {
            const target = action === 'undo' ? done.at(-1) : undone.at(-1)
            if (target === undefined) continue
            history.push({ seq: ++seq, action, target })
            if (action === 'undo') undone.push(done.pop()!)
            else done.push(undone.pop()!)
          }
          expect(history.nextUndo).toBe(done.at(-1) ?? null)
          expect(history.nextRedo).toBe(undone.at(-1) ?? null)
          expect(done.some(edit => history.isUndone(edit))).toBe(false)
          expect(undone.every(edit => history.isUndone(edit))).toBe(true)
        }
      }),
    )
  })

  it('knows the last entry about an edit', () => {
    const history = new History()
    history.push({ seq: 1, action: 'brush' })
    history.push({ seq: 2, action: 'brush' })
    expect(history.latestAbout(2)).toBe(2)
    history.push({ seq: 3, action: 'undo', target: 2 })
    expect([history.latestAbout(2), history.latestAbout(1)]).toEqual([3, 1])
    history.push({ seq: 4, action: 'redo', target: 2 })
    expect(history.latestAbout(2)).toBe(4)
  })

  it('keeps an undone edit marked after a new one cleared redo', () => {
    const history = new History()
    history.push({ seq: 1, action: 'brush' })
    history.push({ seq: 2, action: 'undo', target: 1 })
    history.push({ seq: 3, action: 'brush' })
    expect([history.isUndone(1), history.nextRedo, history.nextUndo]).toEqual([true, null, 3])
  })
})
