// ToolHive's own packager and reader, as a program.
//
//	toolhive pack DIR HOST/REPOSITORY:TAG   packs a folder, pushes it over plain http, prints its digests
//	toolhive read HOST/REPOSITORY:TAG       pulls an artifact over plain http, prints what ToolHive reads of it
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/stacklok/toolhive-core/oci/artifact"
	"github.com/stacklok/toolhive-core/oci/skills"
)

// read is what a reader of ToolHive's learns of an artifact.
type read struct {
	Digest  string              `json:"digest"`
	IsIndex bool                `json:"isIndex"`
	Skill   *skills.SkillConfig `json:"skill"`
	Files   map[string]string   `json:"files"`
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	room, err := os.MkdirTemp("", "toolhive-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(room)
	store, err := skills.NewStore(room)
	if err != nil {
		return err
	}
	registry, err := skills.NewRegistry(skills.WithPlainHTTP(true))
	if err != nil {
		return err
	}
	switch {
	case len(args) == 3 && args[0] == "pack":
		return pack(ctx, store, registry, args[1], args[2])
	case len(args) == 2 && args[0] == "read":
		return pull(ctx, store, registry, args[1])
	}
	return fmt.Errorf("usage: toolhive pack DIR REFERENCE | toolhive read REFERENCE")
}

func pack(ctx context.Context, store *skills.Store, registry *skills.Registry, dir, ref string) error {
	result, err := skills.NewPackager(store).Package(ctx, dir, skills.DefaultPackageOptions())
	if err != nil {
		return err
	}
	if err := registry.Push(ctx, store, result.IndexDigest, ref); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]string{
		"index":  result.IndexDigest.String(),
		"layer":  result.LayerDigest.String(),
		"config": result.ConfigDigest.String(),
	})
}

func pull(ctx context.Context, store *skills.Store, registry *skills.Registry, ref string) error {
	root, err := registry.Pull(ctx, store, ref)
	if err != nil {
		return err
	}
	isIndex, err := store.IsIndex(ctx, root)
	if err != nil {
		return err
	}
	manifestDigest := root
	if isIndex {
		index, err := store.GetIndex(ctx, root)
		if err != nil {
			return err
		}
		if len(index.Manifests) == 0 {
			return fmt.Errorf("the index %s is empty", root)
		}
		manifestDigest = index.Manifests[0].Digest
	}
	document, err := store.GetManifest(ctx, manifestDigest)
	if err != nil {
		return err
	}
	var manifest ocispec.Manifest
	if err := json.Unmarshal(document, &manifest); err != nil {
		return err
	}
	document, err = store.GetBlob(ctx, manifest.Config.Digest)
	if err != nil {
		return err
	}
	var image ocispec.Image
	if err := json.Unmarshal(document, &image); err != nil {
		return err
	}
	skill, err := skills.SkillConfigFromImageConfig(&image)
	if err != nil {
		return err
	}
	files := map[string]string{}
	for _, layer := range manifest.Layers {
		packed, err := store.GetBlob(ctx, layer.Digest)
		if err != nil {
			return err
		}
		entries, err := artifact.DecompressTar(packed)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			files[entry.Path] = string(entry.Content)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(read{root.String(), isIndex, skill, files})
}
