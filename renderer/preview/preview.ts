// The window in a plain browser over the fake api, to look at states: /?state=welcome|sample|busy, &theme=light. Never part of the app.
import '../strict'
import { createFakeApi } from '../api/fake'
import { mountApp } from '../mount'
import { furnish } from './states'

const query = new URLSearchParams(location.search)
const { api, world } = createFakeApi({ size: [192, 192, 60], stepMs: Number(query.get('step') ?? 30) })
furnish(world, query.get('state') ?? 'welcome')
if (query.get('theme') === 'light') world.settings = { ...world.settings, theme: 'light' }
if (query.get('density') === 'comfortable') world.settings = { ...world.settings, density: 'comfortable' }
mountApp(api)
