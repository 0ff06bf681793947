package client;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import glossator.v1.AnnotateOptions;
import glossator.v1.AnnotateRequest;
import glossator.v1.AnnotateResponse;
import glossator.v1.AnnotateStreamRequest;
import glossator.v1.AnnotateStreamResponse;
import glossator.v1.Annotation;
import glossator.v1.AnnotationServiceGrpc;
import glossator.v1.AnnotationServiceGrpc.AnnotationServiceBlockingV2Stub;
import glossator.v1.AnnotationSummary;
import glossator.v1.Article;
import glossator.v1.ArticleError;
import glossator.v1.Entity;
import glossator.v1.EntityMention;
import glossator.v1.OffsetEncoding;
import glossator.v1.Quote;
import glossator.v1.Span;
import glossator.v1.Speaker;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A Glossator client to copy: one file is annotated, several are streamed over one call.
 *
 * <pre>
 * java -cp 'target/classes:target/lib/*' client.Client localhost:50051 article.txt
 * java -cp 'target/classes:target/lib/*' client.Client localhost:50051 *.txt
 * </pre>
 */
public final class Client {
  /** Articles sent and not yet answered, at most: this bounds the memory of a stream of any length. */
  private static final int WINDOW = 32;

  /** In a row without an answer. */
  private static final int ATTEMPTS = 8;

  /** For one article. */
  private static final int TIMEOUT_SECONDS = 30;

  /** Java indexes strings by UTF-16 unit. Text is included for the check in Answer.add alone: it is here already. */
  private static final AnnotateOptions OPTIONS =
      AnnotateOptions.newBuilder()
          .setOffsetEncoding(OffsetEncoding.OFFSET_ENCODING_UTF16)
          .setIncludeText(true)
          .build();

  private final AnnotationServiceBlockingV2Stub stub;

  private Client(ManagedChannel channel) {
    stub = AnnotationServiceGrpc.newBlockingV2Stub(channel);
  }

  /** What the server said about one article; complete once a summary or an error is there. */
  private static final class Answer {
    final Article article;
    final List<Annotation> annotations = new ArrayList<>();
    AnnotationSummary summary;
    ArticleError error;

    Answer(Article article) {
      this.article = article;
    }

    boolean isComplete() {
      return summary != null || error != null;
    }

    void add(AnnotateResponse part) {
      String text = article.getText();
      if (part.hasHeader() && part.getHeader().getTextLength() != text.length()) {
        throw new IllegalStateException("the server measures another length: " + part.getHeader());
      }
      for (Annotation annotation : part.getAnnotationsList()) {
        for (Span span : spans(annotation)) {
          if (!cut(text, span).equals(span.getText())) {
            throw new IllegalStateException(span + "is here: " + cut(text, span));
          }
        }
      }
      annotations.addAll(part.getAnnotationsList());
      if (part.hasSummary()) {
        summary = part.getSummary();
      }
    }
  }

  private static String cut(String text, Span span) {
    return text.substring(span.getStartOffset(), span.getEndOffset());
  }

  private static List<Span> spans(Annotation annotation) {
    List<Span> spans = new ArrayList<>();
    switch (annotation.getValueCase()) {
      case SENTENCE -> spans.add(annotation.getSentence().getSpan());
      case QUOTE -> {
        Quote quote = annotation.getQuote();
        spans.add(quote.getSpan());
        spans.addAll(quote.getContentSpansList());
        spans.addAll(quote.getQuotedSpansList());
        quote.getSpeakersList().stream()
            .filter(Speaker::hasMentionSpan)
            .map(Speaker::getMentionSpan)
            .forEach(spans::add);
        if (quote.hasCueSpan()) {
          spans.add(quote.getCueSpan());
        }
      }
      case ENTITY ->
          annotation.getEntity().getMentionsList().stream().map(EntityMention::getSpan).forEach(spans::add);
      case VALUE_NOT_SET -> {} // a kind newer than this client
    }
    return spans;
  }

  /** Waits, or throws the error where sending again is no use. */
  private static void pauseBeforeRetry(StatusException error, int attempt)
      throws StatusException, InterruptedException {
    if (attempt >= ATTEMPTS) {
      throw error;
    }
    var random = ThreadLocalRandom.current();
    Long asked = retryDelayMillis(error);
    if (asked != null) {
      Thread.sleep(asked + random.nextLong(asked / 2 + 1));
    } else if (error.getStatus().getCode() == Status.Code.UNAVAILABLE || brokeOnTheWay(error)) {
      Thread.sleep(random.nextLong(Math.min(1000, 50L << attempt)));
    } else {
      throw error;
    }
  }

  /** Glossator's own INTERNAL carries details; without them a connection broke on the way. */
  private static boolean brokeOnTheWay(StatusException error) {
    return error.getStatus().getCode() == Status.Code.INTERNAL
        && StatusProto.fromThrowable(error).getDetailsCount() == 0;
  }

  /** The delay that the server asks for in google.rpc.RetryInfo, or null. */
  private static Long retryDelayMillis(StatusException error) {
    try {
      for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
        if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return delay.getSeconds() * 1000 + delay.getNanos() / 1_000_000;
        }
      }
    } catch (InvalidProtocolBufferException unreadable) {
      // As if there were none.
    }
    return null;
  }

  /** A call that ended with OK, but before the answer did. */
  private static StatusException cutShort() {
    return Status.UNAVAILABLE.withDescription("the call ended before the answer did").asException();
  }

  private Answer annotate(Article article) throws StatusException, InterruptedException {
    AnnotateRequest request =
        AnnotateRequest.newBuilder().setArticle(article).setOptions(OPTIONS).build();
    for (int attempt = 1; ; attempt++) {
      Answer answer = new Answer(article);
      try {
        var call = stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).annotate(request);
        for (AnnotateResponse part; (part = call.read()) != null; ) {
          answer.add(part);
        }
        if (!answer.isComplete()) {
          throw cutShort();
        }
        return answer;
      } catch (StatusException error) {
        pauseBeforeRetry(error, attempt);
      }
    }
  }

  /** Hands over the answers in the order of the articles, which are taken only as answers come in. */
  private void annotateStream(Iterator<Article> articles, Consumer<Answer> handler)
      throws StatusException, InterruptedException {
    Deque<Article> unanswered = new ArrayDeque<>(); // of the calls that failed; these go first
    int attempt = 0;
    while (true) {
      var call = new StreamCall(stub.annotateStream());
      try {
        call.run(() -> {
          boolean resend = !unanswered.isEmpty();
          return resend ? unanswered.removeFirst() : articles.hasNext() ? articles.next() : null;
        }, handler);
        return;
      } catch (StatusException error) {
        call.onTheWay.descendingIterator().forEachRemaining(unanswered::addFirst);
        attempt = call.answered > 0 ? 1 : attempt + 1;
        pauseBeforeRetry(error, attempt);
      }
    }
  }

  /** One call of AnnotateStream: a thread writes while the caller's reads. */
  private static final class StreamCall {
    /** Articles taken and not answered to the end. */
    final Deque<Article> onTheWay = new ConcurrentLinkedDeque<>();

    int answered;

    private final BlockingClientCall<AnnotateStreamRequest, AnnotateStreamResponse> call;
    private final Semaphore room = new Semaphore(WINDOW);

    StreamCall(BlockingClientCall<AnnotateStreamRequest, AnnotateStreamResponse> call) {
      this.call = call;
    }

    void run(Supplier<Article> take, Consumer<Answer> handler) throws StatusException, InterruptedException {
      Thread sender = new Thread(() -> send(take), "sender");
      sender.start();
      try {
        receive(handler);
      } finally {
        call.cancel("this call is over", null);
        room.release(); // wakes the sender, whose next write fails
        sender.join();
      }
    }

    private void send(Supplier<Article> take) {
      try {
        while (true) {
          room.acquire();
          Article article = take.get();
          if (article == null) {
            call.halfClose();
            return;
          }
          onTheWay.add(article);
          var request = AnnotateStreamRequest.newBuilder().setArticle(article).setOptions(OPTIONS).build();
          if (!call.write(request)) {
            return;
          }
        }
      } catch (InterruptedException | StatusException | IllegalStateException ended) {
        // Reading tells why.
      } catch (RuntimeException unreadable) {
        call.cancel(unreadable.toString(), unreadable);
      }
    }

    private void receive(Consumer<Answer> handler) throws StatusException, InterruptedException {
      Answer answer = null;
      for (AnnotateStreamResponse message; (message = call.read()) != null; ) {
        if (answer == null) {
          answer = new Answer(onTheWay.getFirst());
        }
        switch (message.getResultCase()) {
          case RESPONSE -> answer.add(message.getResponse());
          case ERROR -> answer.error = message.getError();
          case RESULT_NOT_SET -> {} // a result newer than this client
        }
        if (answer.isComplete()) {
          handler.accept(answer);
          answer = null;
          answered++;
          onTheWay.removeFirst();
          room.release();
        }
      }
      if (!onTheWay.isEmpty()) {
        throw cutShort();
      }
    }
  }

  private static String describe(Annotation annotation, String text) {
    return switch (annotation.getValueCase()) {
      case SENTENCE -> "sentence  " + oneLine(text, annotation.getSentence().getSpan());
      case QUOTE -> {
        Quote quote = annotation.getQuote();
        String speakers =
            quote.getSpeakersList().stream()
                .map(speaker -> speaker.getCanonicalName().isEmpty() ? "?" : speaker.getCanonicalName())
                .collect(Collectors.joining(", "));
        yield "quote     " + (speakers.isEmpty() ? "-" : speakers) + ": " + oneLine(text, quote.getSpan());
      }
      case ENTITY -> {
        Entity entity = annotation.getEntity();
        String kind = entity.getType().name().replace("ENTITY_TYPE_", "").toLowerCase(Locale.ROOT);
        yield "entity    %s (%s, %d mentions)"
            .formatted(entity.getCanonicalName(), kind, entity.getMentionsCount());
      }
      case VALUE_NOT_SET -> "unknown   a kind newer than this client";
    };
  }

  private static String oneLine(String text, Span span) {
    return cut(text, span).replaceAll("\\s+", " ");
  }

  private static Article read(String path) {
    try {
      return Article.newBuilder().setId(path).setText(Files.readString(Path.of(path))).build();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** Runs the program and returns its exit code. */
  private int run(List<String> paths) throws StatusException, InterruptedException {
    if (paths.size() == 1) {
      Answer answer = annotate(read(paths.get(0)));
      for (Annotation annotation : answer.annotations) {
        System.out.println(describe(annotation, answer.article.getText()));
      }
      return 0;
    }
    int[] failed = {0};
    annotateStream(paths.stream().map(Client::read).iterator(), answer -> {
      if (answer.error != null) {
        failed[0]++;
        System.out.printf("%s: %s: %s%n", answer.article.getId(), answer.error.getReason(), answer.error.getMessage());
      } else {
        System.out.printf("%s: %d sentences, %d quotes, %d entities%n",
            answer.article.getId(),
            answer.summary.getSentenceCount(),
            answer.summary.getQuoteCount(),
            answer.summary.getEntityCount());
      }
    });
    return failed[0] > 0 ? 1 : 0;
  }

  private static Map<String, ?> serviceConfig() throws IOException {
    try (var reader =
        new InputStreamReader(Client.class.getResourceAsStream("/service-config.json"), StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, new TypeToken<Map<String, Object>>() {});
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("usage: client.Client TARGET FILE...");
      System.exit(2);
    }
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create())
            .defaultServiceConfig(serviceConfig())
            .enableRetry()
            .keepAliveTime(1, TimeUnit.MINUTES)
            .build();
    int code;
    try {
      code = new Client(channel).run(Arrays.asList(args).subList(1, args.length));
    } catch (StatusException error) {
      System.err.println(error.getMessage());
      code = 1;
    } finally {
      channel.shutdownNow();
    }
    System.exit(code);
  }
}
