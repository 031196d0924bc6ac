/** A day out of a calendar, in a chunk of its own: the first page is there before a calendar is needed. */
export { DateInput as default } from "@mantine/dates";
