/** What the contacts' views ask, and the changes they make. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { customer, got, seen } from "~/api/client";
import { type Change, withRecord } from "~/api/optimistic";
import { given, onward } from "~/api/pages";
import type { Customer } from "~/api/record";
import type { Fields } from "~/facts/useCorrection";
import { useRefused } from "~/states/useRefused";

export type Contact = Customer["ContactView"];

const PAGE = 100;

export const contactPages = (search: { q?: string | undefined; deleted?: boolean | undefined }) =>
  infiniteQueryOptions({
    queryKey: ["contacts", "list", search],
    queryFn: ({ pageParam }) => {
      const query = given({ ...search, limit: PAGE, cursor: pageParam });
      return got(customer.GET("/api/v1/contacts", { params: { query } }));
    },
    ...onward,
  });

export const freshContact = (contact_id: string): Promise<Contact> =>
  got(customer.GET("/api/v1/contacts/{contact_id}", { params: { path: { contact_id } } }));

export const oneContact = (contact_id: string) =>
  queryOptions({ queryKey: ["contacts", "one", contact_id], queryFn: () => freshContact(contact_id) });

interface Wish {
  base: Contact;
  fields: Fields;
}

interface Written {
  id: string;
  version: number;
}

const paramsOf = (contact: { id: string; version: number }) => ({
  path: { contact_id: contact.id },
  header: seen(contact),
});

/** Other values for some fields; shows at once. */
export const contactCorrection: Change<Wish, Written> = {
  thing: "contact",
  roots: ["contacts"],
  id: ({ base }) => base.id,
  version: ({ base }) => base.version,
  show: (data, { base, fields }) => withRecord(data, base.id, (record) => ({ ...record, ...fields })),
  write: ({ base, fields }, version) => {
    // a merge patch names some fields only; the description's defaults make its type ask for all of them
    const params = paramsOf({ id: base.id, ...version });
    return got(
      customer.PATCH("/api/v1/contacts/{contact_id}", { params, body: fields as never }),
    ) as Promise<Written>;
  },
};

export type ContactDeed = "delete" | "restore" | "erase";

export function useContactDeed() {
  const client = useQueryClient();
  const refused = useRefused();
  return useMutation({
    mutationFn: ({ contact, deed }: { contact: { id: string; version: number }; deed: ContactDeed }) => {
      const params = paramsOf(contact);
      if (deed === "delete") return got(customer.DELETE("/api/v1/contacts/{contact_id}", { params }));
      if (deed === "restore") return got(customer.POST("/api/v1/contacts/{contact_id}/restore", { params }));
      return got(customer.POST("/api/v1/contacts/{contact_id}/erase", { params }));
    },
    onError: refused,
    onSettled: () => client.invalidateQueries({ queryKey: ["contacts"] }),
  });
}

/** Somebody new. */
export const addContact = (body: Customer["AddContact"]): Promise<Written> =>
  got(customer.POST("/api/v1/contacts", { body })) as Promise<Written>;
