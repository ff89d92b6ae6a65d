// What a workspace brings to the window: its name, key and the components of its regions.
import type { Component } from 'vue'
import type { WorkspaceId } from '../../stores'

export interface Workspace {
  readonly id: WorkspaceId
  readonly title: string
  /** Combination that goes there: "Ctrl+1". */
  readonly keys: string
  readonly left: Region
  /** 44 px strip of tools between left rail and centre. */
  readonly strip?: Component
  readonly centre: Component
  /** Right rail, from top to bottom: each component is one or more `<section class="sec">`. */
  readonly right: Region
  /** The rail whose foot messages may cover: the one without a button there. */
  readonly messages: 'left' | 'right'
}

export interface Region {
  /** Spoken name of the region. */
  readonly name: string
  /** Width in px at 100 %. */
  readonly width: number
  readonly parts: readonly Component[]
}
