// A Glossator client to copy: one file is annotated, several are streamed over one call.
//
//	go run . localhost:50051 article.txt
//	go run . localhost:50051 *.txt
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/health" // the service config's healthCheckConfig needs it
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"

	pb "glossator/v1"
)

const (
	window   = 32               // articles sent and not yet answered, at most: this bounds the memory of a stream of any length
	attempts = 8                // in a row without an answer
	timeout  = 30 * time.Second // for one article
)

// The same as ../service-config.json.
const serviceConfig = `{
  "loadBalancingConfig": [{ "round_robin": {} }],
  "healthCheckConfig": { "serviceName": "glossator.v1.AnnotationService" },
  "methodConfig": [
    {
      "name": [{ "service": "glossator.v1.AnnotationService" }],
      "retryPolicy": {
        "maxAttempts": 4,
        "initialBackoff": "0.05s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"]
      }
    }
  ],
  "retryThrottling": { "maxTokens": 100, "tokenRatio": 0.1 }
}`

// Go indexes strings by byte. IncludeText is for the check in answer.add alone: the text is here already.
var options = &pb.AnnotateOptions{OffsetEncoding: pb.OffsetEncoding_OFFSET_ENCODING_UTF8, IncludeText: true}

// errCutShort is a call that ended with OK, but before the answer did.
var errCutShort = errors.New("the call ended before the answer did")

// answer is what the server said about one article; complete once summary or err is there.
type answer struct {
	article     *pb.Article
	annotations []*pb.Annotation
	summary     *pb.AnnotationSummary
	err         *pb.ArticleError
}

func (a *answer) complete() bool { return a.summary != nil || a.err != nil }

func (a *answer) add(part *pb.AnnotateResponse) error {
	text := a.article.Text
	if header := part.Header; header != nil && int(header.TextLength) != len(text) {
		return fmt.Errorf("the server measures %d, we %d", header.TextLength, len(text))
	}
	for _, annotation := range part.Annotations {
		for _, span := range spans(annotation) {
			if cut(text, span) != span.Text {
				return fmt.Errorf("%v is %q here", span, cut(text, span))
			}
		}
	}
	a.annotations = append(a.annotations, part.Annotations...)
	a.summary = part.Summary
	return nil
}

func cut(text string, span *pb.Span) string { return text[span.StartOffset:span.EndOffset] }

func spans(annotation *pb.Annotation) []*pb.Span {
	var found []*pb.Span
	switch value := annotation.Value.(type) {
	case *pb.Annotation_Sentence:
		found = append(found, value.Sentence.Span)
	case *pb.Annotation_Quote:
		found = append(found, value.Quote.Span)
		found = append(found, value.Quote.ContentSpans...)
		found = append(found, value.Quote.QuotedSpans...)
		for _, speaker := range value.Quote.Speakers {
			if speaker.MentionSpan != nil {
				found = append(found, speaker.MentionSpan)
			}
		}
		if value.Quote.CueSpan != nil {
			found = append(found, value.Quote.CueSpan)
		}
	case *pb.Annotation_Entity:
		for _, mention := range value.Entity.Mentions {
			found = append(found, mention.Span)
		}
	}
	return found
}

// brokeOnTheWay tells a connection that broke from Glossator's own INTERNAL, which carries details.
func brokeOnTheWay(err error) bool {
	found := status.Convert(err)
	return found.Code() == codes.Internal && len(found.Details()) == 0
}

// pauseBeforeRetry waits, and returns the error where sending again is no use.
func pauseBeforeRetry(ctx context.Context, err error, attempt int) error {
	pause := rand.N(min(time.Second, 50*time.Millisecond<<attempt))
	if !errors.Is(err, errCutShort) {
		retry := retryInfo(err)
		if retry != nil {
			pause = retry.RetryDelay.AsDuration()
			pause += rand.N(pause/2 + 1)
		} else if status.Code(err) != codes.Unavailable && !brokeOnTheWay(err) {
			return err
		}
	}
	if attempt >= attempts {
		return err
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func retryInfo(err error) *errdetails.RetryInfo {
	for _, detail := range status.Convert(err).Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			return retry
		}
	}
	return nil
}

func annotate(ctx context.Context, client pb.AnnotationServiceClient, article *pb.Article) (*answer, error) {
	for attempt := 1; ; attempt++ {
		answer, err := annotateOnce(ctx, client, article)
		if err == nil {
			return answer, nil
		}
		if err := pauseBeforeRetry(ctx, err, attempt); err != nil {
			return nil, err
		}
	}
}

func annotateOnce(ctx context.Context, client pb.AnnotationServiceClient, article *pb.Article) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	call, err := client.Annotate(ctx, &pb.AnnotateRequest{Article: article, Options: options})
	if err != nil {
		return nil, err
	}
	answer := &answer{article: article}
	for {
		part, err := call.Recv()
		if errors.Is(err, io.EOF) {
			if answer.complete() {
				return answer, nil
			}
			return nil, errCutShort
		}
		if err != nil {
			return nil, err
		}
		if err := answer.add(part); err != nil {
			return nil, err
		}
	}
}

// annotateStream hands over the answers in the order of the articles, which are taken only as answers come in.
func annotateStream(ctx context.Context, client pb.AnnotationServiceClient, articles iter.Seq[*pb.Article], handle func(*answer)) error {
	next, stop := iter.Pull(articles)
	defer stop()
	var unanswered []*pb.Article // of the calls that failed; these go first
	take := func() (*pb.Article, bool) {
		if len(unanswered) == 0 {
			return next()
		}
		article := unanswered[0]
		unanswered = unanswered[1:]
		return article, true
	}
	attempt := 0
	for {
		left, err := streamOnce(ctx, client, take, func(a *answer) { attempt = 0; handle(a) })
		if err == nil {
			return nil
		}
		unanswered = append(left, unanswered...)
		attempt++
		if err := pauseBeforeRetry(ctx, err, attempt); err != nil {
			return err
		}
	}
}

// streamOnce makes one call and, when it fails, returns what was taken and not answered.
func streamOnce(ctx context.Context, client pb.AnnotationServiceClient, take func() (*pb.Article, bool), handle func(*answer)) ([]*pb.Article, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := client.AnnotateStream(ctx)
	if err != nil {
		return nil, err
	}
	room := make(chan struct{}, window)
	onTheWay := make(chan *pb.Article, window)
	go func() {
		defer close(onTheWay)
		for {
			select {
			case room <- struct{}{}:
			case <-ctx.Done():
				return
			}
			article, more := take()
			if !more {
				_ = call.CloseSend()
				return
			}
			onTheWay <- article // never full: there was room
			if call.Send(&pb.AnnotateStreamRequest{Article: article, Options: options}) != nil {
				return // Recv tells why
			}
		}
	}()

	var current *answer
	err = receive(call, func(message *pb.AnnotateStreamResponse) error {
		if current == nil {
			current = &answer{article: <-onTheWay}
		}
		switch result := message.Result.(type) {
		case *pb.AnnotateStreamResponse_Response:
			if err := current.add(result.Response); err != nil {
				return err
			}
		case *pb.AnnotateStreamResponse_Error:
			current.err = result.Error
		}
		if current.complete() {
			handle(current)
			current = nil
			<-room
		}
		return nil
	})

	cancel()
	var left []*pb.Article
	if current != nil {
		left = append(left, current.article)
	}
	for article := range onTheWay { // until the sender is gone
		left = append(left, article)
	}
	if err == nil && len(left) > 0 {
		err = errCutShort
	}
	return left, err
}

func receive(call pb.AnnotationService_AnnotateStreamClient, handle func(*pb.AnnotateStreamResponse) error) error {
	for {
		message, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := handle(message); err != nil {
			return err
		}
	}
}

func describe(annotation *pb.Annotation, text string) string {
	oneLine := func(span *pb.Span) string { return strings.Join(strings.Fields(cut(text, span)), " ") }
	switch value := annotation.Value.(type) {
	case *pb.Annotation_Sentence:
		return "sentence  " + oneLine(value.Sentence.Span)
	case *pb.Annotation_Quote:
		speakers := "-"
		for i, speaker := range value.Quote.Speakers {
			if i == 0 {
				speakers = speaker.CanonicalName
			} else {
				speakers += ", " + speaker.CanonicalName
			}
		}
		return "quote     " + speakers + ": " + oneLine(value.Quote.Span)
	case *pb.Annotation_Entity:
		kind := strings.ToLower(strings.TrimPrefix(value.Entity.Type.String(), "ENTITY_TYPE_"))
		return fmt.Sprintf("entity    %s (%s, %d mentions)", value.Entity.CanonicalName, kind, len(value.Entity.Mentions))
	default:
		return "unknown   a kind newer than this client"
	}
}

// files reads each file only when it is asked for.
func files(paths []string, failed *error) iter.Seq[*pb.Article] {
	return func(yield func(*pb.Article) bool) {
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				*failed = err
				return
			}
			if !yield(&pb.Article{Id: path, Text: string(text)}) {
				return
			}
		}
	}
}

func run(ctx context.Context, target string, paths []string) error {
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute}))
	if err != nil {
		return err
	}
	defer connection.Close()
	client := pb.NewAnnotationServiceClient(connection)

	var unreadable error
	articles := files(paths, &unreadable)
	if len(paths) == 1 {
		for article := range articles {
			answer, err := annotate(ctx, client, article)
			if err != nil {
				return err
			}
			for _, annotation := range answer.annotations {
				fmt.Println(describe(annotation, article.Text))
			}
		}
		return unreadable
	}

	failed := 0
	err = annotateStream(ctx, client, articles, func(a *answer) {
		if a.err != nil {
			failed++
			fmt.Printf("%s: %s: %s\n", a.article.Id, a.err.Reason, a.err.Message)
			return
		}
		fmt.Printf("%s: %d sentences, %d quotes, %d entities\n",
			a.article.Id, a.summary.SentenceCount, a.summary.QuoteCount, a.summary.EntityCount)
	})
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d articles failed", failed, len(paths))
	}
	return errors.Join(err, unreadable)
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: client TARGET FILE...")
		os.Exit(2)
	}
	if err := run(context.Background(), os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
