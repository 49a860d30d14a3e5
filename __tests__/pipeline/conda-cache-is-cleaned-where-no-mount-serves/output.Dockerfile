FROM condaforge/miniforge3
RUN conda install -y numpy \
    && conda clean -afy
CMD ["python", "-c", "import numpy"]
