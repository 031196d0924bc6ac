/** Starts the client: texts, sign-in, then the page. */
import "@mantine/core/styles.css";
import "@mantine/dates/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./thumb.css";
import "dayjs/locale/zh-cn";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { asksAs } from "~/api/client";
import { languageNow, prepareTexts } from "~/i18n/languages";
import { signedIn } from "~/session/session";
import { Loading } from "~/states/Loading";
import { shareNonce } from "./nonce";
import { Providers } from "./Providers";
import { queryClient } from "./queryClient";
import { router } from "./router";
import { sayWhyNot } from "./sayWhyNot";

async function start(place: HTMLElement, texts: Promise<void>): Promise<void> {
  shareNonce();
  const session = await signedIn();
  await texts;
  asksAs({
    token: () => session.token(),
    renewed: () => session.renewed(),
    language: languageNow,
  });
  createRoot(place).render(
    <StrictMode>
      <Providers session={session} client={queryClient()}>
        <Suspense fallback={<Loading />}>
          <RouterProvider router={router} />
        </Suspense>
      </Providers>
    </StrictMode>,
  );
}

const place = document.getElementById("root");
const texts = prepareTexts();
if (place) start(place, texts).catch((fault: unknown) => texts.then(() => sayWhyNot(place, fault)));
