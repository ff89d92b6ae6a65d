// Imported first: zod must know, before any schema is made, that this page may not evaluate code (its content security policy).
import { z } from 'zod'

z.config({ jitless: true })
