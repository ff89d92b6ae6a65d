// Which edits hold and which are undone, from nothing but the order of journal entries.
import type { EditRecord } from './record'

/** The part of an entry that undo looks at. */
export type HistoryStep = Pick<EditRecord, 'seq' | 'action' | 'target'>

export class History {
  private readonly done: number[] = []
  private undone: number[] = []
  private readonly takenBack = new Set<number>()
  private readonly latest = new Map<number, number>()

  /** Takes an entry in the order of the journal. */
  push({ seq, action, target }: HistoryStep): void {
    this.latest.set(target ?? seq, seq)
    if (action === 'undo' && target !== undefined) {
      this.done.splice(this.done.lastIndexOf(target), 1)
      this.undone.push(target)
      this.takenBack.add(target)
    } else if (action === 'redo' && target !== undefined) {
      this.undone.splice(this.undone.lastIndexOf(target), 1)
      this.done.push(target)
      this.takenBack.delete(target)
    } else {
      this.done.push(seq)
      this.undone = []
    }
  }

  /** Entry that undo would take back, null when there is none. */
  get nextUndo(): number | null {
    return this.done.at(-1) ?? null
  }

  get nextRedo(): number | null {
    return this.undone.at(-1) ?? null
  }

  /** The last entry about an edit: itself, its undo or its redo. The inverse of that one is the next undo or redo of the edit. */
  latestAbout(seq: number): number {
    return this.latest.get(seq) ?? seq
  }

  /** The edit doesn't hold: it was undone and not redone, whether or not it still could be. */
  isUndone(seq: number): boolean {
    return this.takenBack.has(seq)
  }
}
