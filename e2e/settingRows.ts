// The rows of settings in Train, as a person reads and changes them.
import { expect, type Page } from '@playwright/test'

export const setting = (page: Page, name: string) =>
  page.getByTestId('setting').filter({ has: page.getByText(name, { exact: true }) })

export async function changeSetting(page: Page, name: string, value: number): Promise<void> {
  const row = setting(page, name)
  await row.getByRole('button', { name: `Change ${name.toLowerCase()}`, exact: true }).click()
  await row.getByRole('textbox').fill(String(value))
  await row.getByRole('textbox').press('Enter')
  await expect(row).toContainText('yours')
}
