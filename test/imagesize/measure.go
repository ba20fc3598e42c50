package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// layer is one layer of an image; sizes are in bytes.
type layer struct {
	made             string // what is in it, in a few words
	packed, unpacked int64
}

// saved is what of docker save's archive tells about the image: the documents,
// and the size of everything else.
type saved struct {
	documents map[string][]byte
	layers    map[string]layer
}

// measure reads what docker save prints.
func measure(r io.Reader) ([]layer, error) {
	s := saved{documents: map[string][]byte{}, layers: map[string]layer{}}
	archive := tar.NewReader(r)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && header.Typeflag == tar.TypeReg {
			err = s.add(header.Name, bufio.NewReader(archive))
		}
		if err != nil {
			return nil, err
		}
	}
	return s.order()
}

// add takes in one file: a JSON document, or a layer.
func (s *saved) add(name string, r *bufio.Reader) error {
	start, _ := r.Peek(2)
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		data, err := io.ReadAll(r)
		s.documents[name] = data
		return err
	}
	l, err := weigh(r, string(start) == "\x1f\x8b")
	s.layers[name] = l
	return err
}

// weigh gives both sizes of a layer, which is compressed already in what newer
// engines save. Registries get gzip at its usual level.
func weigh(r io.Reader, packed bool) (layer, error) {
	var in, out counter
	var z io.WriteCloser = discard{}
	if packed {
		unzipped, err := gzip.NewReader(io.TeeReader(r, &out))
		if err != nil {
			return layer{}, err
		}
		r = unzipped
	} else {
		z = gzip.NewWriter(&out)
	}
	r = io.TeeReader(r, io.MultiWriter(z, &in))
	tools := commands(r)
	if _, err := io.Copy(io.Discard, r); err != nil {
		return layer{}, err
	}
	err := z.Close()
	return layer{made: tools, packed: int64(out), unpacked: int64(in)}, err
}

// commands names what a layer holds in /usr/local/bin.
func commands(r io.Reader) string {
	var names []string
	archive := tar.NewReader(r)
	for {
		header, err := archive.Next()
		if err != nil {
			return strings.Join(names, ", ")
		}
		if name, ok := strings.CutPrefix(header.Name, "usr/local/bin/"); ok && header.Typeflag == tar.TypeReg {
			names = append(names, name)
		}
	}
}

type discard struct{ io.Writer }

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// order gives the layers as the image stacks them, each with its instruction.
func (s *saved) order() ([]layer, error) {
	var manifests []struct {
		Config string
		Layers []string
	}
	if err := json.Unmarshal(s.documents["manifest.json"], &manifests); err != nil || len(manifests) != 1 {
		return nil, fmt.Errorf("want one image in manifest.json, got %d: %w", len(manifests), err)
	}
	var config struct {
		History []struct {
			CreatedBy  string `json:"created_by"`
			EmptyLayer bool   `json:"empty_layer"`
		}
	}
	if err := json.Unmarshal(s.documents[manifests[0].Config], &config); err != nil {
		return nil, fmt.Errorf("reading the image's configuration: %w", err)
	}
	var made []string
	for _, h := range config.History {
		if !h.EmptyLayer {
			made = append(made, instruction(h.CreatedBy))
		}
	}
	var list []layer
	for i, name := range manifests[0].Layers {
		l := s.layers[name]
		if l.made == "" && i < len(made) {
			l.made = made[i]
		}
		list = append(list, l)
	}
	return list, nil
}

// instruction says in a few words what made a layer that holds no command.
func instruction(s string) string {
	if strings.Contains(s, "apt-get") || strings.Contains(s, "COPY") {
		return "git, ssh, certificates"
	}
	return "Debian"
}
