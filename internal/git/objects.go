package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/argoplan/argoplan/internal/process"
)

// ErrTooLarge is what an object is that has more bytes than the reader asked for.
var ErrTooLarge = errors.New("the file is too large")

// Objects reads files from a repository's objects, by way of one git process
// for all of them. Its methods may be called concurrently.
type Objects struct {
	mu     sync.Mutex
	asked  *os.File // git's standard input
	answer *bufio.Reader
	broken error // once the answers can't be told apart any more
	ended  chan struct{}
	exit   error // why there are no more answers; set once ended is closed
	cancel context.CancelFunc
}

// OpenObjects starts the process. at names the repository; its Args aren't used.
// The caller closes the result.
func OpenObjects(ctx context.Context, o Options, at Call) *Objects {
	ctx, cancel := context.WithCancel(ctx)
	at.Args = []string{"cat-file", "--batch"}
	objects := &Objects{answer: bufio.NewReaderSize(nil, 64<<10), ended: make(chan struct{}), cancel: cancel}
	if err := objects.start(ctx, at.command(o)); err != nil {
		objects.broken, objects.exit = err, err
		close(objects.ended)
	}
	return objects
}

// start runs the command with pipes that are its own ends, not copies of them: a
// file may be small, and each copy waits for another goroutine.
func (o *Objects) start(ctx context.Context, command process.Command) error {
	in, asked, err := os.Pipe()
	if err != nil {
		return err
	}
	out, answered, err := os.Pipe()
	if err != nil {
		return errors.Join(err, in.Close(), asked.Close())
	}
	o.asked = asked
	o.answer.Reset(out)
	command.Stdin, command.Stdout = in, answered
	go func() {
		defer close(o.ended)
		_, err := process.Run(ctx, command)
		if o.exit = explain("cat-file", err); o.exit == nil {
			o.exit = io.ErrUnexpectedEOF
		}
		_ = in.Close() // who still asks, and who still reads, is told
		_ = answered.Close()
		context.AfterFunc(ctx, func() { _ = out.Close() })
	}()
	return nil
}

// because gives why git has ended if that is what err comes of.
func (o *Objects) because(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed) {
		<-o.ended
		return o.exit
	}
	return err
}

// Blob gives the content of the object with a full id. One of more than limit
// bytes is ErrTooLarge.
func (o *Objects) Blob(id string, limit int64) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return nil, o.broken
	}
	data, err := o.ask(id, limit)
	if err != nil && !errors.Is(err, ErrTooLarge) {
		o.broken = err
	}
	return data, err
}

// Blobs gives the contents of several objects, in their order. They are asked for
// without waiting for one after the other.
func (o *Objects) Blobs(ids []string, limit int64) ([][]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil || len(ids) == 0 {
		return nil, o.broken
	}
	asked := make(chan error, 1)
	go func() {
		_, err := o.asked.WriteString(strings.Join(ids, "\n") + "\n")
		asked <- err
	}()
	all := make([][]byte, len(ids))
	for i, id := range ids {
		if all[i], o.broken = o.answered(id, limit); o.broken != nil {
			return nil, o.broken // what else was asked for may still be answered
		}
	}
	if err := <-asked; err != nil {
		o.broken = o.because(err)
	}
	return all, o.broken
}

func (o *Objects) ask(id string, limit int64) ([]byte, error) {
	if _, err := o.asked.WriteString(id + "\n"); err != nil {
		return nil, fmt.Errorf("asking git for object %s: %w", id, o.because(err))
	}
	return o.answered(id, limit)
}

// answered reads the answer about one object.
func (o *Objects) answered(id string, limit int64) ([]byte, error) {
	header, err := o.answer.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("reading object %s: %w", id, o.because(err))
	}
	fields := strings.Fields(header)
	if len(fields) != 3 || fields[0] != id || fields[1] != "blob" {
		return nil, fmt.Errorf("reading object %s: expected a file, git says %q", id, strings.TrimSpace(header))
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("reading object %s: expected a size, found %q", id, fields[2])
	}
	return o.content(size, limit)
}

// content reads an object and the line end behind it.
func (o *Objects) content(size, limit int64) ([]byte, error) {
	if size > limit {
		if _, err := io.CopyN(io.Discard, o.answer, size+1); err != nil {
			return nil, o.because(err)
		}
		return nil, ErrTooLarge
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(o.answer, data); err != nil {
		return nil, o.because(err)
	}
	return data[:size:size], nil
}

// Close ends the process.
func (o *Objects) Close() {
	if o.asked != nil {
		_ = o.asked.Close()
	}
	o.cancel()
	<-o.ended
}
