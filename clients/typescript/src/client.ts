// A Glossator client to copy: one file is annotated, several are streamed over one call.
//
//   node dist/client.js localhost:50051 article.txt
//   node dist/client.js localhost:50051 *.txt

import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';
import type { ProtoGrpcType } from './generated/glossator.js';
import type { AnnotateOptions } from './generated/glossator/v1/AnnotateOptions.js';
import type { AnnotateResponse__Output } from './generated/glossator/v1/AnnotateResponse.js';
import type { Annotation__Output } from './generated/glossator/v1/Annotation.js';
import type { AnnotationServiceClient } from './generated/glossator/v1/AnnotationService.js';
import type { AnnotationSummary__Output } from './generated/glossator/v1/AnnotationSummary.js';
import type { ArticleError__Output } from './generated/glossator/v1/ArticleError.js';
import type { Span__Output } from './generated/glossator/v1/Span.js';

const WINDOW = 32; // articles sent and not yet answered, at most: this bounds the memory of a stream of any length
const ATTEMPTS = 8; // in a row without an answer
const TIMEOUT = 30_000; // milliseconds for one article

// JavaScript indexes strings by UTF-16 unit. includeText is for the check in Answer.add alone: the text is here already.
const OPTIONS: AnnotateOptions = { offsetEncoding: 'OFFSET_ENCODING_UTF16', includeText: true };

const above = (path: string) => new URL(`../../${path}`, import.meta.url);

const CHANNEL_OPTIONS: grpc.ChannelOptions = {
  // grpc-js knows no healthCheckConfig and passes over it.
  'grpc.service_config': readFileSync(above('service-config.json'), 'utf8'),
  'grpc.keepalive_time_ms': 60_000,
};

const definition = protoLoader.loadSync('glossator/v1/glossator.proto', {
  includeDirs: [above('../proto').pathname],
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const { AnnotationService } = (grpc.loadPackageDefinition(definition) as unknown as ProtoGrpcType).glossator.v1;

// The part of google/rpc that a client of Glossator needs; grpc-js leaves status details as bytes.
const rpc = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }`).root;

interface Article {
  id: string;
  text: string;
}

/** What the server said about one article; complete once `summary` or `error` is there. */
class Answer {
  readonly annotations: Annotation__Output[] = [];
  summary: AnnotationSummary__Output | null = null;
  error: ArticleError__Output | null = null;

  constructor(readonly article: Article) {}

  get complete(): boolean {
    return this.summary !== null || this.error !== null;
  }

  add(part: AnnotateResponse__Output): void {
    const { text } = this.article;
    if (part.header && part.header.textLength !== text.length) {
      throw new Error(`the server measures ${part.header.textLength}, we ${text.length}`);
    }
    for (const annotation of part.annotations) {
      for (const span of spans(annotation)) {
        const here = text.slice(span.startOffset, span.endOffset);
        if (here !== span.text) throw new Error(`${JSON.stringify(span)} is ${JSON.stringify(here)} here`);
      }
    }
    this.annotations.push(...part.annotations);
    this.summary = part.summary;
  }
}

/** The call ended with OK, but before the answer did. */
class CutShort extends Error {}

function spans({ sentence, quote, entity }: Annotation__Output): Span__Output[] {
  const found: (Span__Output | null | undefined)[] = [];
  if (sentence) found.push(sentence.span);
  if (quote) {
    found.push(quote.span, ...quote.contentSpans, ...quote.quotedSpans, quote.cueSpan);
    found.push(...quote.speakers.map((speaker) => speaker.mentionSpan));
  }
  if (entity) found.push(...entity.mentions.map((mention) => mention.span));
  return found.filter((span) => span != null);
}

/** The delay that the server asks for in google.rpc.RetryInfo, in milliseconds. */
function retryDelay(error: grpc.ServiceError): number | undefined {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (!(bytes instanceof Buffer)) return undefined;
  const decode = (type: string, from: Uint8Array) =>
    rpc.lookupType(type).toObject(rpc.lookupType(type).decode(from), { arrays: true, defaults: true, longs: Number });
  for (const { typeUrl, value } of decode('Status', bytes).details) {
    if (!typeUrl.endsWith('/google.rpc.RetryInfo')) continue;
    const { seconds, nanos } = decode('RetryInfo', value).retryDelay ?? { seconds: 0, nanos: 0 };
    return seconds * 1000 + nanos / 1e6;
  }
  return undefined;
}

/** Waits, or throws the error where sending again is no use. */
async function pauseBeforeRetry(error: unknown, attempt: number): Promise<void> {
  if (attempt >= ATTEMPTS) throw error;
  let pause = Math.random() * Math.min(1000, 50 * 2 ** attempt);
  if (!(error instanceof CutShort)) {
    if (!isServiceError(error)) throw error;
    const asked = retryDelay(error);
    if (asked !== undefined) pause = asked * (1 + Math.random() / 2);
    else if (error.code !== grpc.status.UNAVAILABLE && !brokeOnTheWay(error)) throw error;
  }
  await sleep(pause);
}

/** Glossator's own INTERNAL carries details; without them a connection broke on the way. */
function brokeOnTheWay(error: grpc.ServiceError): boolean {
  return error.code === grpc.status.INTERNAL && error.metadata.get('grpc-status-details-bin').length === 0;
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && 'code' in error && 'metadata' in error;
}

async function annotate(client: AnnotationServiceClient, article: Article): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = new Answer(article);
    try {
      const call = client.annotate({ article, options: OPTIONS }, { deadline: Date.now() + TIMEOUT });
      for await (const part of call) answer.add(part);
      if (!answer.complete) throw new CutShort(article.id);
      return answer;
    } catch (error) {
      await pauseBeforeRetry(error, attempt);
    }
  }
}

/** Yields the answers in the order of the articles, which are taken only as answers come in. */
async function* annotateStream(client: AnnotationServiceClient, articles: Iterable<Article>): AsyncGenerator<Answer> {
  const source = articles[Symbol.iterator]();
  const unanswered: Article[] = []; // of the calls that failed; these go first
  const take = () => unanswered.shift() ?? source.next().value;

  for (let attempt = 1; ; attempt++) {
    const call = client.annotateStream();
    const onTheWay: Article[] = [];
    const answers = new EventEmitter();
    const stop = new AbortController();

    const sending = (async () => {
      for (let article = take(); article !== undefined; article = take()) {
        onTheWay.push(article);
        if (!call.write({ article, options: OPTIONS })) await once(call, 'drain', { signal: stop.signal });
        while (onTheWay.length >= WINDOW) await once(answers, 'one', { signal: stop.signal });
        stop.signal.throwIfAborted();
      }
      call.end();
    })();
    sending.catch((error) => call.destroy(error)); // an unreadable article ends the call too

    try {
      let answer: Answer | undefined;
      for await (const message of call) {
        answer ??= new Answer(onTheWay[0]!);
        if (message.response) answer.add(message.response);
        if (message.error) answer.error = message.error;
        if (answer.complete) {
          yield answer;
          answer = undefined;
          attempt = 0;
          onTheWay.shift();
          answers.emit('one');
        }
      }
      if (onTheWay.length > 0) throw new CutShort('AnnotateStream');
      return await sending;
    } catch (error) {
      stop.abort();
      await sending.catch(() => {});
      unanswered.unshift(...onTheWay);
      await pauseBeforeRetry(error, attempt);
    } finally {
      call.cancel();
    }
  }
}

function describe({ sentence, quote, entity }: Annotation__Output, text: string): string {
  const cut = (span: Span__Output | null) =>
    span ? text.slice(span.startOffset, span.endOffset).replace(/\s+/g, ' ') : '';
  if (sentence) return `sentence  ${cut(sentence.span)}`;
  if (quote) return `quote     ${quote.speakers.map((s) => s.canonicalName || '?').join(', ') || '-'}: ${cut(quote.span)}`;
  if (entity) {
    const kind = entity.type.replace('ENTITY_TYPE_', '').toLowerCase();
    return `entity    ${entity.canonicalName} (${kind}, ${entity.mentions.length} mentions)`;
  }
  return 'unknown   a kind newer than this client';
}

function* files(paths: string[]): Generator<Article> {
  for (const path of paths) yield { id: path, text: readFileSync(path, 'utf8') };
}

async function main([target, ...paths]: string[]): Promise<number> {
  if (target === undefined || paths.length === 0) {
    console.error('usage: client.js TARGET FILE...');
    return 2;
  }
  const client = new AnnotationService(target, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  let failed = 0;
  try {
    if (paths.length === 1) {
      const [article] = files(paths);
      const answer = await annotate(client, article!);
      for (const annotation of answer.annotations) console.log(describe(annotation, article!.text));
    } else {
      for await (const { article, summary, error } of annotateStream(client, files(paths))) {
        if (error) {
          failed++;
          console.log(`${article.id}: ${error.reason}: ${error.message}`);
        } else if (summary) {
          const { sentenceCount, quoteCount, entityCount } = summary;
          console.log(`${article.id}: ${sentenceCount} sentences, ${quoteCount} quotes, ${entityCount} entities`);
        }
      }
    }
  } catch (error) {
    console.error(String(error));
    failed++;
  } finally {
    client.close();
  }
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
